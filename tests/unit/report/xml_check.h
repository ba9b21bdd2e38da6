// A reader of XML that is strict about what our pictures may contain: elements that nest,
// attributes in double quotes that are not repeated, known entities, no stray < or &.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tangram::test {

// Empty if the text is well formed; else what is wrong and where.
inline std::string xml_fault(std::string_view text) {
    std::vector<std::string> open;
    bool root_seen = false;
    std::size_t at = 0;
    const auto fault = [&](const std::string& what) {
        return what + " near: " + std::string(text.substr(at, 60));
    };
    const auto bad_entity = [](std::string_view content) {
        for (std::size_t i = content.find('&'); i != content.npos; i = content.find('&', i + 1)) {
            bool known = false;
            for (const char* entity : {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"}) {
                known = known || content.substr(i).starts_with(entity);
            }
            if (!known) return true;
        }
        return false;
    };
    while (at < text.size()) {
        const std::size_t tag = text.find('<', at);
        const std::string_view content = text.substr(at, tag - at);
        if (bad_entity(content)) return fault("bad entity");
        if (content.find('>') != content.npos) return fault("stray >");
        if (open.empty() && content.find_first_not_of(" \n") != content.npos) {
            return fault("text outside the root");
        }
        if (tag == text.npos) break;
        at = tag;
        const std::size_t end = text.find('>', tag);
        if (end == text.npos) return fault("unclosed tag");
        std::string_view inside = text.substr(tag + 1, end - tag - 1);
        if (inside.starts_with('/')) {
            if (open.empty() || open.back() != inside.substr(1)) return fault("wrong end tag");
            open.pop_back();
        } else {
            const bool closed = inside.ends_with('/');
            if (closed) inside.remove_suffix(1);
            const std::size_t name_end = inside.find_first_of(" \n");
            const std::string name(inside.substr(0, name_end));
            if (name.empty()) return fault("no name");
            if (open.empty() && root_seen) return fault("second root");
            root_seen = true;
            std::set<std::string> names;
            std::string_view rest = name_end == inside.npos ? "" : inside.substr(name_end);
            while (rest.find_first_not_of(" \n") != rest.npos) {
                rest.remove_prefix(rest.find_first_not_of(" \n"));
                const std::size_t equals = rest.find("=\"");
                if (equals == rest.npos) return fault("attribute without value");
                const std::size_t close = rest.find('"', equals + 2);
                if (close == rest.npos) return fault("unclosed attribute");
                if (!names.insert(std::string(rest.substr(0, equals))).second) {
                    return fault("repeated attribute");
                }
                const std::string_view value = rest.substr(equals + 2, close - equals - 2);
                if (value.find('<') != value.npos || bad_entity(value)) return fault("bad value");
                rest.remove_prefix(close + 1);
            }
            if (!closed) open.push_back(name);
        }
        at = end + 1;
    }
    if (!open.empty()) return "unclosed " + open.back();
    return root_seen ? "" : "empty";
}

}  // namespace tangram::test
