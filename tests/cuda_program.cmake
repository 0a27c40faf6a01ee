# The program itself with --device cuda, as a user calls it: the one that is installed where there is a device, and
# everywhere else the same program on the emulation.
if(HUEGRAD_HAS_CUDA)
  # benchmarks/gpu_check.sh from beginning to end, on the emulation: the figures mean nothing, the script is proven.
  if(TARGET huegrad-bench)
    add_executable(huegrad_bench_emulated)
    target_link_libraries(huegrad_bench_emulated PRIVATE huegrad_bench_objects huegrad_emulated)
    add_test(NAME gpu_check COMMAND bash ${CMAKE_SOURCE_DIR}/benchmarks/gpu_check.sh --dry-run --binaries ${CMAKE_BINARY_DIR})
    set_tests_properties(gpu_check PROPERTIES LABELS emu TIMEOUT 900)
  endif()

  add_executable(huegrad_emulated_program)
  target_link_libraries(huegrad_emulated_program PRIVATE huegrad_apps huegrad_emulated)

  huegrad_cuda_tests(test_cuda_program cuda_program huegrad_device)
  add_dependencies(test_cuda_program huegrad)
  add_test(NAME cuda_program COMMAND test_cuda_program)
  set_tests_properties(cuda_program PROPERTIES LABELS cuda SKIP_RETURN_CODE 77)

  huegrad_cuda_tests(test_cuda_program_emulated cuda_program huegrad_emulated)
  add_dependencies(test_cuda_program_emulated huegrad_emulated_program)
  add_test(NAME cuda_program_emulated COMMAND test_cuda_program_emulated)
  set_tests_properties(cuda_program_emulated PROPERTIES LABELS emu TIMEOUT 600
                       ENVIRONMENT "HUEGRAD_TEST_BINARY=$<TARGET_FILE:huegrad_emulated_program>")
endif()
