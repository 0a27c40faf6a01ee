# A device that is missing, small, or dies: simulated by the emulation (kernels/emulation/device.h).
if(HUEGRAD_HAS_CUDA)
  file(GLOB sources CONFIGURE_DEPENDS device_trouble/*_test.cpp cuda/main.cpp)
  add_executable(test_device_trouble ${sources})
  target_link_libraries(test_device_trouble PRIVATE test_support huegrad_emulated)
  add_dependencies(test_device_trouble huegrad_emulated_program)
  add_test(NAME device_trouble COMMAND test_device_trouble)
  set_tests_properties(device_trouble PROPERTIES LABELS emu TIMEOUT 300
                       ENVIRONMENT "EMU_MEMORY=1048576;HUEGRAD_TEST_BINARY=$<TARGET_FILE:huegrad_emulated_program>")
endif()
