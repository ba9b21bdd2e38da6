# Writes ${output}, a C++ source whose function tangram::${function}() returns the text of ${input}.
# Bytes instead of a string literal: compilers limit the length of a literal.
file(READ "${input}" bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE "${output}" "#include \"${name}.h\"

namespace tangram {
namespace {
constexpr unsigned char kText[] = {
${bytes}
};
}  // namespace

std::string_view ${function}() {
    return {reinterpret_cast<const char*>(kText), sizeof kText};
}
}  // namespace tangram
")
