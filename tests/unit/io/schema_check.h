// Our JSON Schemas against trees of values, by valijson.
#pragma once

#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "base/check.h"
#include "io/value.h"

namespace tangram::test {
namespace detail {

using Adapter = valijson::adapters::NlohmannJsonAdapter;

inline nlohmann::json read_schema(const std::string& file) {
    const std::string path = std::string(TANGRAM_SOURCE_DIR) + "/docs/schema/" + file;
    std::ifstream stream(path);
    CHECK(stream.good(), path);
    return nlohmann::json::parse(stream);
}

inline const valijson::Schema& schema(const std::string& name) {
    static std::map<std::string, std::unique_ptr<valijson::Schema>> schemas;
    std::unique_ptr<valijson::Schema>& known = schemas[name];
    if (!known) {
        known = std::make_unique<valijson::Schema>();
        const nlohmann::json text = read_schema(name + ".schema.json");
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        const auto fetch = [](const std::string& uri) {
            return std::make_unique<nlohmann::json>(read_schema(uri)).release();
        };
        parser.populateSchema<Adapter>(Adapter(text), *known, fetch,
                                       [](const nlohmann::json* document) { delete document; });
    }
    return *known;
}

}  // namespace detail

// The tree as nlohmann's, for valijson; numbers beyond a double become huge ones.
inline nlohmann::json to_nlohmann(io::Value value) {
    switch (value.kind()) {
        case io::Kind::kNull:
            return nullptr;
        case io::Kind::kBool:
            return value.boolean();
        case io::Kind::kText:
            return value.text();
        case io::Kind::kNumber: {
            const std::string text(value.text());
            const bool whole = text.find_first_not_of("-0123456789") == std::string::npos;
            if (whole && text.size() < 18) return std::atoll(text.c_str());
            return std::strtod(text.c_str(), nullptr);
        }
        case io::Kind::kArray: {
            nlohmann::json array = nlohmann::json::array();
            for (const io::Value element : value) array.push_back(to_nlohmann(element));
            return array;
        }
        case io::Kind::kObject: {
            nlohmann::json object = nlohmann::json::object();
            for (const io::Value member : value) {
                object[std::string(member.key())] = to_nlohmann(member);
            }
            return object;
        }
    }
    return nullptr;
}

// "" if the value satisfies docs/schema/<name>.schema.json, else what is wrong.
inline std::string schema_error(std::string_view name, io::Value value) {
    const nlohmann::json document = to_nlohmann(value);
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(detail::schema(std::string(name)), detail::Adapter(document), &results))
        return "";
    std::string text;
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
        for (const std::string& step : error.context) text += step;
        text += ": " + error.description + "\n";
    }
    return text.empty() ? "invalid" : text;
}

}  // namespace tangram::test
