# Tests that need a CUDA device: every kernel against the definition (cuda/), and the engine on it against the CPU
# (cuda_engine/). They run on the device where there is one (77: skipped), and on its emulation wherever a toolkit is.
if(HUEGRAD_HAS_CUDA)
  # The tests are compiled once; programs differ in the device that they are linked with.
  foreach(folder cuda cuda_engine cuda_program)
    file(GLOB sources CONFIGURE_DEPENDS ${folder}/*_test.cpp cuda/main.cpp)
    add_library(test_${folder}_objects OBJECT ${sources})
    target_link_libraries(test_${folder}_objects PRIVATE test_support)
  endforeach()

  # huegrad_cuda_tests(NAME FOLDER DEVICE link options...)
  function(huegrad_cuda_tests name folder device)
    add_executable(${name} $<TARGET_OBJECTS:test_${folder}_objects>)
    target_link_libraries(${name} PRIVATE test_support ${device})
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

  # Kernels under sanitizers, alone and as the engine calls them; a build that is sanitized itself has no use for them.
  if(NOT HUEGRAD_SANITIZE)
    # What takes minutes, and says nothing about races that the rest does not say.
    set(cuda_too_long_tsan "-tce=*too large to be staged*")
    set(cuda_engine_too_long_asan "-tce=*fifty steps*")
    set(cuda_engine_too_long_tsan "-tce=*fifty steps*,*preset tiny*,*changing size*,*parity*")
    foreach(folder cuda cuda_engine)
      huegrad_cuda_tests(test_${folder}_asan ${folder} huegrad_emulated_asan -fsanitize=address,undefined)
      add_test(NAME ${folder}_emulated_asan COMMAND test_${folder}_asan ${${folder}_too_long_asan})
      set_tests_properties(${folder}_emulated_asan PROPERTIES LABELS emu-asan)
      huegrad_cuda_tests(test_${folder}_tsan ${folder} huegrad_emulated_tsan -fsanitize=thread)
      add_test(NAME ${folder}_emulated_tsan COMMAND test_${folder}_tsan ${${folder}_too_long_tsan})
      set_tests_properties(${folder}_emulated_tsan PROPERTIES LABELS emu-tsan
                           ENVIRONMENT "TSAN_OPTIONS=halt_on_error=1;HUEGRAD_SMALL_CASES=1")
    endforeach()
  endif()

  add_test(NAME ptxas COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/style/ptxas_test.sh ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/CMakeFiles/huegrad_device.dir)
  set_tests_properties(ptxas PROPERTIES LABELS ptxas)
endif()
# tests/vendor: plans of NVIDIA's libraries for devices that are only described; 77 where they are missing.
if(HUEGRAD_HAS_CUDA AND HUEGRAD_CUDNN_INCLUDE)
  file(GLOB sources CONFIGURE_DEPENDS vendor/*_test.cpp vendor/main.cpp)
  add_executable(test_vendor ${sources})
  target_link_libraries(test_vendor PRIVATE test_support huegrad_device)
  target_include_directories(test_vendor SYSTEM PRIVATE ${CUDAToolkit_INCLUDE_DIRS} ${HUEGRAD_CUDNN_INCLUDE})
  add_test(NAME vendor COMMAND test_vendor)
  set_tests_properties(vendor PROPERTIES LABELS plan SKIP_RETURN_CODE 77 TIMEOUT 600)
endif()
