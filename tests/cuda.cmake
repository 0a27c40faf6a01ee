# Tests that need a CUDA device: every kernel against the definition (cuda/), and the engine on it against the CPU
# (cuda_engine/). They run on the device where there is one (77: skipped), and on its emulation wherever a toolkit is.
if(HUEGRAD_HAS_CUDA)
  # huegrad_cuda_tests(NAME FOLDER DEVICE options...)
  function(huegrad_cuda_tests name folder device)
    file(GLOB sources CONFIGURE_DEPENDS ${folder}/*_test.cpp cuda/main.cpp)
    add_executable(${name} ${sources})
    target_link_libraries(${name} PRIVATE test_support ${device})
    target_compile_options(${name} PRIVATE ${ARGN})
    target_link_options(${name} PRIVATE ${ARGN})
  endfunction()

  foreach(folder cuda cuda_engine)
    huegrad_cuda_tests(test_${folder} ${folder} huegrad_device)
    add_test(NAME ${folder} COMMAND test_${folder})
    set_tests_properties(${folder} PROPERTIES LABELS cuda SKIP_RETURN_CODE 77)

    # Threads of a block, and blocks, in several orders: what depends on the order goes wrong in one of them.
    huegrad_cuda_tests(test_${folder}_emulated ${folder} huegrad_emulated)
    foreach(order forward reverse random:1 random:2)
      string(REPLACE ":" "_" suffix ${order})
      add_test(NAME ${folder}_emulated_${suffix} COMMAND test_${folder}_emulated)
      set_tests_properties(${folder}_emulated_${suffix} PROPERTIES LABELS emu ENVIRONMENT "EMU_ORDER=${order}")
    endforeach()
  endforeach()
endif()
