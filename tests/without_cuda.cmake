# The build without CUDA (kernels/no_cuda) where a toolkit is: the program refuses --device cuda, and every function
# that the tests of the device call links without one.
if(HUEGRAD_HAS_CUDA)
  add_executable(huegrad_without_cuda_program)
  target_link_libraries(huegrad_without_cuda_program PRIVATE huegrad_apps huegrad_without_cuda)

  if(HUEGRAD_BENCHMARKS)
    add_executable(huegrad_bench_without_cuda
                   "$<FILTER:$<TARGET_OBJECTS:huegrad_bench_objects>,EXCLUDE,ladder_bench[.]cpp>")
    target_link_libraries(huegrad_bench_without_cuda PRIVATE huegrad_net benchmark::benchmark huegrad_without_cuda)
    add_test(NAME benchmarks_without_cuda COMMAND huegrad_bench_without_cuda --tiles tiny:8:1)
    set_tests_properties(benchmarks_without_cuda PROPERTIES LABELS cpu PASS_REGULAR_EXPRESSION
                         "^huegrad-bench: error: .*this huegrad was built without CUDA")
  endif()

  file(GLOB sources CONFIGURE_DEPENDS without_cuda/*_test.cpp)
  add_executable(test_without_cuda ${sources})
  target_link_libraries(test_without_cuda PRIVATE test_support huegrad_without_cuda)
  add_dependencies(test_without_cuda huegrad_without_cuda_program)
  add_test(NAME without_cuda COMMAND test_without_cuda)
  set_tests_properties(without_cuda PROPERTIES LABELS cpu TIMEOUT 300
                       ENVIRONMENT "HUEGRAD_TEST_BINARY=$<TARGET_FILE:huegrad_without_cuda_program>")

  # But for those that ask for NVIDIA's libraries or the ladder, of which there is nothing then.
  set(objects $<TARGET_OBJECTS:test_cuda_objects> $<TARGET_OBJECTS:test_cuda_engine_objects>)
  add_executable(test_cuda_without_cuda "$<FILTER:${objects},EXCLUDE,((libraries|conv2d|conv_transpose2d|linear|ladder|parity)_test|cuda_engine.*main)[.]cpp>")
  target_link_libraries(test_cuda_without_cuda PRIVATE test_support huegrad_without_cuda)
  add_test(NAME cuda_without_cuda COMMAND test_cuda_without_cuda)
  set_tests_properties(cuda_without_cuda PROPERTIES LABELS cpu
                       PASS_REGULAR_EXPRESSION "^skipped: this huegrad was built without CUDA")
endif()
