# huegrad_embed(TARGET FILES...): makes files below net/ part of a target and defines embedded_files() of
# net/embedded_files.h. The assembler reads the bytes, which is quicker than compiling an array of numbers.
function(huegrad_embed target)
  set(blocks "")
  set(entries "")
  set(index 0)
  foreach(file ${ARGN})
    file(RELATIVE_PATH name ${CMAKE_SOURCE_DIR}/net ${file})
    string(APPEND blocks "asm(\".section .rodata\\n.balign 64\\nhuegrad_file_${index}:\\n.incbin \\\"${file}\\\"\\n\"\n"
           "    \"huegrad_file_${index}_end:\\n.byte 0\\n.previous\\n\");\n"
           "extern \"C\" const std::byte huegrad_file_${index}[], huegrad_file_${index}_end[];\n")
    string(APPEND entries "      {\"${name}\", {huegrad_file_${index}, huegrad_file_${index}_end}},\n")
    math(EXPR index "${index} + 1")
  endforeach()
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/embedded_bytes.cpp @ONLY CONTENT
"#include \"net/embedded_files.h\"

@blocks@
namespace huegrad {

std::span<const EmbeddedFile> embedded_files() {
  static const EmbeddedFile files[] = {
@entries@  };
  return files;
}

}  // namespace huegrad
")
  set_source_files_properties(${CMAKE_BINARY_DIR}/embedded_bytes.cpp PROPERTIES OBJECT_DEPENDS "${ARGN}")
  target_sources(${target} PRIVATE ${CMAKE_BINARY_DIR}/embedded_bytes.cpp)
endfunction()
