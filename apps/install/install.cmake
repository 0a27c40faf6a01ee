# Installs the program, the library and its headers, so that other projects write
#   find_package(huegrad REQUIRED)
#   target_link_libraries(mine PRIVATE huegrad::net)
# and include what they use as the sources here do: #include "net/colorizer.h". apps/examples has one.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/huegrad)
foreach(folder kernels core layers optim data net)
  set_target_properties(huegrad_${folder} PROPERTIES EXPORT_NAME ${folder})
  target_compile_features(huegrad_${folder} PUBLIC cxx_std_20)
  target_include_directories(huegrad_${folder} INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/huegrad>)
  install(TARGETS huegrad_${folder} EXPORT huegrad ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/huegrad
          FILES_MATCHING PATTERN "*.h" PATTERN cpu EXCLUDE PATTERN cuda EXCLUDE PATTERN no_cuda EXCLUDE PATTERN
          vendor EXCLUDE PATTERN emulation EXCLUDE PATTERN reference EXCLUDE PATTERN presets EXCLUDE
          PATTERN models EXCLUDE PATTERN report EXCLUDE PATTERN demo EXCLUDE)
endforeach()
target_link_libraries(huegrad_core PUBLIC $<INSTALL_INTERFACE:huegrad::device>)
install(TARGETS huegrad_device_archive EXPORT huegrad ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS huegrad RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(EXPORT huegrad NAMESPACE huegrad:: FILE huegrad-targets.cmake DESTINATION ${package_dir})

configure_package_config_file(${CMAKE_SOURCE_DIR}/apps/install/huegrad-config.cmake.in
                              ${CMAKE_BINARY_DIR}/huegrad-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/huegrad-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/huegrad-config.cmake ${CMAKE_BINARY_DIR}/huegrad-config-version.cmake
        DESTINATION ${package_dir})
