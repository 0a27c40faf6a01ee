# tests/cuda: every CUDA kernel against the definition. One set of tests, run on the device where there is one
# (77: skipped) and on its emulation everywhere a toolkit is.
if(HUEGRAD_HAS_CUDA)
  file(GLOB sources CONFIGURE_DEPENDS cuda/*_test.cpp cuda/main.cpp)

  # huegrad_cuda_tests(NAME DEVICE LABEL options...)
  function(huegrad_cuda_tests name device)
    add_executable(${name} ${sources})
    target_link_libraries(${name} PRIVATE test_support ${device})
    target_compile_options(${name} PRIVATE ${ARGN})
    target_link_options(${name} PRIVATE ${ARGN})
  endfunction()

  huegrad_cuda_tests(test_cuda huegrad_device)
  add_test(NAME cuda COMMAND test_cuda)
  set_tests_properties(cuda PROPERTIES LABELS cuda SKIP_RETURN_CODE 77)

  huegrad_cuda_tests(test_emulated huegrad_emulated)
  foreach(order forward reverse random:1)
    string(REPLACE ":" "_" suffix ${order})
    add_test(NAME emulated_${suffix} COMMAND test_emulated)
    set_tests_properties(emulated_${suffix} PROPERTIES LABELS emu ENVIRONMENT "EMU_ORDER=${order}")
  endforeach()
endif()
