# The example repositories and their complete reports: see examples_test.sh, which also renews them.
foreach(example monorepo broken stein)
  add_test(NAME examples.${example}
    COMMAND sh ${CMAKE_SOURCE_DIR}/test/examples_test.sh $<TARGET_FILE:krug> ${example})
endforeach()
