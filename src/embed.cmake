# Turns FILES (relative to ROOT, separated by ;) into OUTPUT, a C file with the table of engine/embedded.h.
set(arrays "")
set(table "")
set(number 0)
list(SORT FILES)
foreach(path ${FILES})
  file(READ ${ROOT}/${path} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND arrays "static const unsigned char file_${number}[] = {${bytes}0};\n")
  string(APPEND table
    "    {{\"${path}\", sizeof(\"${path}\") - 1}, {(const char *)file_${number}, sizeof file_${number} - 1}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT} "#include \"base/embedded.h\"\n\n${arrays}\n"
  "const struct embedded embedded_files[] = {\n${table}};\n"
  "const size_t embedded_count = ${number};\n")
