# The device behind kernels/cuda_context.h, in up to three builds with the same symbols; a program links one:
#
#   huegrad_device       what users run: CUDA where a toolkit was found at configure time, otherwise kernels/no_cuda
#   huegrad_emulated     the same .cu files as C++ on a CPU (needs the toolkit's headers), for tests and teaching;
#                        _asan and _tsan: the same under sanitizers
#   huegrad_without_cuda kernels/no_cuda beside a toolkit, for tests
#
# They are object libraries, so that a program may take either whatever its other libraries are.
if(NOT HUEGRAD_CUDA STREQUAL "OFF")
  find_program(HUEGRAD_NVCC nvcc HINTS ENV CUDA_HOME /usr/local/cuda PATH_SUFFIXES bin)
  find_package(CUDAToolkit 12.1 QUIET)  # kernels may have 32 KiB of parameters
  if(HUEGRAD_CUDA STREQUAL "ON" AND NOT (HUEGRAD_NVCC AND CUDAToolkit_FOUND))
    message(FATAL_ERROR "HUEGRAD_CUDA=ON, but no CUDA toolkit was found. Set CUDA_HOME, or use AUTO.")
  endif()
endif()

file(GLOB cuda_kernels CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/cuda/*.cu ${CMAKE_CURRENT_LIST_DIR}/ladder/*.cu)
file(GLOB cuda_hosts CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/cuda/*.cpp)

# NVIDIA's libraries: what calls them, and what loads them (kernels/emulation has stand-ins).
file(GLOB vendor CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/vendor/*.cpp)
file(GLOB vendor_loaded CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/vendor/loaded/*.cpp)
list(APPEND cuda_hosts ${vendor})
find_path(HUEGRAD_CUDNN_INCLUDE cudnn.h HINTS ${CUDAToolkit_INCLUDE_DIRS} PATH_SUFFIXES ../../cudnn/include)
if(NOT HUEGRAD_CUDNN_INCLUDE)
  list(FILTER vendor_loaded EXCLUDE REGEX "/cudnn_[a-z]+[.]cpp$")
  list(APPEND vendor_loaded ${CMAKE_CURRENT_LIST_DIR}/vendor/no_cudnn/cudnn_plan.cpp)
endif()

# Operations that have a stub but no CUDA kernel.
file(GLOB no_cuda CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/no_cuda/*.cpp)
set(missing_kernels)
foreach(stub ${no_cuda})
  get_filename_component(op ${stub} NAME_WE)
  if(NOT EXISTS ${CMAKE_CURRENT_LIST_DIR}/cuda/${op}.cu AND NOT EXISTS ${CMAKE_CURRENT_LIST_DIR}/cuda/${op}.cpp)
    list(APPEND missing_kernels ${stub})
  endif()
endforeach()
list(APPEND no_cuda ${CMAKE_CURRENT_LIST_DIR}/vendor/no_cudnn/cudnn_plan.cpp
     ${CMAKE_CURRENT_LIST_DIR}/vendor/convolution_graph.cpp ${CMAKE_CURRENT_LIST_DIR}/vendor/plan_time.cpp)

if(HUEGRAD_NVCC AND CUDAToolkit_FOUND)
  message(STATUS "huegrad: CUDA toolkit ${CUDAToolkit_VERSION}, cuDNN's headers: ${HUEGRAD_CUDNN_INCLUDE}")
  set(HUEGRAD_HAS_CUDA ON)
  if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
    # 90a: what is 9.0 and has warpgroup.h's products; everything later compiles what is meant for 80 itself.
    set(CMAKE_CUDA_ARCHITECTURES 80 90a-real)
  endif()
  set(CMAKE_CUDA_COMPILER ${HUEGRAD_NVCC})
  enable_language(CUDA)
  # CMake before 3.25.2 does not know that nvcc has -std=c++20.
  if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
    set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
    set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION "-std=c++20")
  endif()
  set(CMAKE_CUDA_STANDARD 20)
  set(CMAKE_CUDA_STANDARD_REQUIRED ON)
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${CMAKE_CURRENT_LIST_DIR}/cuda/keep_report.sh ${CCACHE})
  if(NOT CCACHE)
    set(CMAKE_CUDA_COMPILER_LAUNCHER ${CMAKE_CURRENT_LIST_DIR}/cuda/keep_report.sh)
  endif()

  add_library(huegrad_device OBJECT ${cuda_kernels} ${cuda_hosts} ${vendor_loaded} ${missing_kernels})
  target_include_directories(huegrad_device PRIVATE ${CMAKE_SOURCE_DIR})
  if(HUEGRAD_CUDNN_INCLUDE)
    target_include_directories(huegrad_device SYSTEM PRIVATE ${HUEGRAD_CUDNN_INCLUDE})
  endif()
  target_include_directories(huegrad_device SYSTEM PRIVATE ${CUDAToolkit_INCLUDE_DIRS})
  target_compile_options(huegrad_device PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:--expt-relaxed-constexpr -lineinfo -Xptxas=-v -Werror=all-warnings>)
  if(CMAKE_CUDA_ARCHITECTURES MATCHES "90a")
    target_compile_definitions(huegrad_device PRIVATE HUEGRAD_SM_90A)
  endif()
  target_link_libraries(huegrad_device PUBLIC CUDA::cudart_static ${CMAKE_DL_LIBS})

  # huegrad_emulation(NAME kernel options... CORE options...)
  function(huegrad_emulation name)
    cmake_parse_arguments(PARSE_ARGV 1 emulation "" "" "KERNELS;CORE")
    set(wrappers)
    foreach(kernel ${cuda_kernels})
      get_filename_component(op ${kernel} NAME_WE)
      set(wrapper ${CMAKE_BINARY_DIR}/${name}/${op}.cu.cpp)
      file(CONFIGURE OUTPUT ${wrapper} CONTENT "#include \"${kernel}\"\n")
      list(APPEND wrappers ${wrapper})
    endforeach()
    file(GLOB core CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/kernels/emulation/*.cpp)
    add_library(${name}_core OBJECT ${core})
    file(GLOB libraries CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/kernels/emulation/libraries/*.cpp)
    add_library(${name} OBJECT ${wrappers} ${cuda_hosts} ${libraries} ${missing_kernels})
    foreach(library ${name} ${name}_core)
      target_include_directories(${library} PRIVATE ${CMAKE_SOURCE_DIR})
      target_include_directories(${library} SYSTEM PRIVATE ${CUDAToolkit_INCLUDE_DIRS})
      # Kernels reinterpret packed values, as CUDA code may.
      target_compile_options(${library} PRIVATE -fno-strict-aliasing -Wno-unknown-pragmas)
    endforeach()
    target_compile_options(${name} PRIVATE ${emulation_KERNELS})
    target_compile_options(${name}_core PRIVATE ${emulation_CORE})
    target_link_libraries(${name} INTERFACE $<TARGET_OBJECTS:${name}_core>)
  endfunction()
  huegrad_emulation(huegrad_emulated)
  # Overruns, and races: the thread sanitizer takes every CUDA thread for a thread of its own. Its kernels are
  # instrumented, the scheduler beneath them must not be. -g1: the lines that reports name, and no more, is compiled in
  # three quarters of the time.
  huegrad_emulation(huegrad_emulated_asan KERNELS -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
                    -fno-omit-frame-pointer -g1 CORE -fsanitize=address,undefined -fno-sanitize-recover=all -DEMU_ASAN)
  huegrad_emulation(huegrad_emulated_tsan KERNELS -O1 -fsanitize=thread -Wno-tsan -g1 CORE -DEMU_TSAN)

  add_library(huegrad_without_cuda OBJECT ${no_cuda})
  target_include_directories(huegrad_without_cuda PRIVATE ${CMAKE_SOURCE_DIR})
else()
  message(STATUS "huegrad: no CUDA toolkit, CPU only")
  add_library(huegrad_device OBJECT ${no_cuda})
  target_include_directories(huegrad_device PRIVATE ${CMAKE_SOURCE_DIR})
endif()

# For an installed huegrad, whose libraries bring their device with them.
add_library(huegrad_device_archive STATIC $<TARGET_OBJECTS:huegrad_device>)
set_target_properties(huegrad_device_archive PROPERTIES OUTPUT_NAME huegrad_device EXPORT_NAME device)
target_link_libraries(huegrad_device_archive PUBLIC huegrad_kernels)
if(HUEGRAD_HAS_CUDA)
  target_link_libraries(huegrad_device_archive PUBLIC CUDA::cudart_static ${CMAKE_DL_LIBS})
endif()
