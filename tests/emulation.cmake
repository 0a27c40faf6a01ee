# The emulation itself: programs with planted bugs, built plain and under both sanitizers (which a build that is
# sanitized itself has no use for), and the table in kernels/emulation/README.md of what is found.
if(HUEGRAD_HAS_CUDA AND NOT HUEGRAD_SANITIZE)
  file(GLOB sources CONFIGURE_DEPENDS emulation/*.cpp)
  foreach(device huegrad_emulated huegrad_emulated_asan huegrad_emulated_tsan)
    string(REPLACE huegrad_emulated planted_bugs program ${device})
    add_executable(${program} ${sources} $<TARGET_OBJECTS:${device}_core>)
    target_include_directories(${program} SYSTEM PRIVATE ${CUDAToolkit_INCLUDE_DIRS})
    target_link_libraries(${program} PRIVATE huegrad_options)
    # As the kernels of this device are compiled, and with lines to report.
    target_compile_options(${program} PRIVATE $<TARGET_PROPERTY:${device},COMPILE_OPTIONS> -O2 -g)
    target_link_options(${program} PRIVATE $<FILTER:$<TARGET_PROPERTY:${device},COMPILE_OPTIONS>,INCLUDE,^-fsanitize=>)
  endforeach()
  add_test(NAME planted_bugs COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/emulation/planted_bugs_test.sh ${CMAKE_SOURCE_DIR}
           $<TARGET_FILE:planted_bugs> $<TARGET_FILE:planted_bugs_asan> $<TARGET_FILE:planted_bugs_tsan>)
  set_tests_properties(planted_bugs PROPERTIES LABELS emu TIMEOUT 120)
endif()
