#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <charconv>
#include <istream>
#include <streambuf>

#include "io/decimal.h"
#include "io/parse.h"
#include "io/tree.h"

namespace tangram::io {
namespace {

// Reads the caller's memory without copying it.
class MemoryBuffer : public std::streambuf {
public:
    explicit MemoryBuffer(std::string_view text) {
        char* const begin = const_cast<char*>(text.data());  // streambuf's get area, never written
        setg(begin, begin, begin + text.size());
    }
};

// Ends a parse: yaml-cpp's handlers have no other way to say stop.
struct Stop {};

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, text) != words.end();
}

// 0x1F and 0o17 of the core schema in decimal; nothing if it is neither or beyond 64 bits.
std::optional<std::string> decimal_of_based(std::string_view text) {
    const int base = text.starts_with("0x") ? 16 : text.starts_with("0o") ? 8 : 0;
    if (base == 0) return std::nullopt;
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data() + 2, end, value, base);
    if (fault != std::errc{} || stop != end) return std::nullopt;
    return fmt::to_string(value);
}

class YamlEvents : public YAML::EventHandler {
public:
    explicit YamlEvents(const std::string& file) : builder_(file) {}

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1) stop("a second document; one file holds one", mark);
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        refuse_extras(mark, "", anchor);
        if (builder_.expects_key()) stop("a field without a name", mark);
        go_on(builder_.scalar(Kind::kNull, "", line(mark)));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        stop("YAML aliases (*name) are not accepted; write the value out", mark);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        refuse_extras(mark, tag, anchor);
        if (builder_.expects_key()) {
            go_on(builder_.key(value, line(mark)));
        } else if (tag == "!") {  // quoted or block text
            go_on(builder_.scalar(Kind::kText, value, line(mark)));
        } else {
            go_on(plain(value, line(mark)));
        }
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(Kind::kArray, mark, tag, anchor);
    }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(Kind::kObject, mark, tag, anchor);
    }
    void OnSequenceEnd() override { go_on(builder_.close()); }
    void OnMapEnd() override { go_on(builder_.close()); }

    [[nodiscard]] TreeBuilder& builder() { return builder_; }
    [[nodiscard]] int documents() const { return documents_; }
    static std::size_t line(const YAML::Mark& mark) {
        return static_cast<std::size_t>(std::max(mark.line, 0)) + 1;
    }

private:
    static void go_on(bool well) {
        if (!well) throw Stop{};
    }
    void stop(std::string message, const YAML::Mark& mark) {
        builder_.fail(std::move(message), line(mark));
        throw Stop{};
    }
    void refuse_extras(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        if (anchor != 0) stop("YAML anchors (&name) are not accepted; write the value out", mark);
        if (!is_one_of(tag, {"", "?", "!"})) {
            stop(fmt::format("YAML tags are not accepted, found {}", tag), mark);
        }
    }
    void open(Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        refuse_extras(mark, tag, anchor);
        if (builder_.expects_key()) stop("a field's name must be plain text", mark);
        go_on(builder_.open(kind, line(mark)));
    }
    // A plain scalar has the type the core schema (YAML 1.2, 10.3.2) gives it.
    bool plain(const std::string& value, std::size_t at) {
        if (is_one_of(value, {"", "~", "null", "Null", "NULL"})) {
            return builder_.scalar(Kind::kNull, "", at);
        }
        if (is_one_of(value, {"true", "True", "TRUE"})) return builder_.boolean(true, at);
        if (is_one_of(value, {"false", "False", "FALSE"})) return builder_.boolean(false, at);
        if (const auto number = decimal_of_based(value)) {
            return builder_.scalar(Kind::kNumber, *number, at);
        }
        return builder_.scalar(is_number(value) ? Kind::kNumber : Kind::kText, value, at);
    }
    static bool is_number(std::string_view value) {
        if (is_one_of(value, {".nan", ".NaN", ".NAN"})) return true;
        const bool signed_ = value.starts_with('+') || value.starts_with('-');
        return is_one_of(value.substr(signed_ ? 1 : 0), {".inf", ".Inf", ".INF"}) ||
               is_decimal(value);
    }

    TreeBuilder builder_;
    int documents_ = 0;
};

Result<Document> built(YamlEvents& events, const std::string& file) {
    if (events.builder().error()) return *events.builder().error();
    if (events.documents() == 0) return invalid_input("the file has comments only", file);
    return std::move(events.builder()).finish();
}

}  // namespace

Result<Document> parse_yaml(std::string_view text, std::string file) {
    if (text.size() > kYamlBytesMax) {
        return invalid_input(
            fmt::format("the file has {} bytes; YAML is read up to {} bytes, write "
                        "larger files as JSON",
                        text.size(), kYamlBytesMax),
            std::move(file));
    }
    const Result<std::string_view> checked = check_text(text, file);
    if (!checked) return checked.error();
    // yaml-cpp notices a quote that is never closed only if no line break follows it.
    MemoryBuffer buffer(checked->substr(0, checked->find_last_not_of(" \t\r\n") + 1));
    std::istream stream(&buffer);
    YamlEvents events(file);
    try {
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(events)) {
        }
        return built(events, file);
    } catch (const Stop&) {
        return built(events, file);
    } catch (const YAML::Exception& exception) {
        const std::string place = fmt::format("{}:{}", file, YamlEvents::line(exception.mark));
        return invalid_input("not YAML: " + exception.msg, place);
    }
}

}  // namespace tangram::io
