// Result<T>: a value or an Error, with the names of std::expected (which C++20 lacks).
//
// Functions that can fail because of their input return Result; nothing in the engines throws.
// Exceptions of libraries are caught at the edge and become Errors.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace tangram {

// A code exists only where a caller reacts differently.
enum class ErrorCode {
    kInvalidInput,  // the user's file or argument is wrong
    kNotFound,      // a file or name does not exist
    kUnsupported,   // well-formed, but not something this version can do
    kInternal,      // a fault of ours or of a library
};

// What went wrong, where, and what to do about it. `context` is the place: a file and line, a JSON
// pointer, an argument; empty where there is none.
struct Error {
    ErrorCode code = ErrorCode::kInternal;
    std::string message;
    std::string context;

    // "context: message", or the message alone.
    [[nodiscard]] std::string text() const {
        return context.empty() ? message : context + ": " + message;
    }
};

[[nodiscard]] inline Error invalid_input(std::string message, std::string context = {}) {
    return {ErrorCode::kInvalidInput, std::move(message), std::move(context)};
}

template <typename T>
class [[nodiscard]] Result {
public:
    using value_type = T;

    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    // CHECK-fails when there is no value: test first.
    [[nodiscard]] T& value() & {
        CHECK(has_value(), error().text());
        return *std::get_if<0>(&state_);
    }
    [[nodiscard]] const T& value() const& {
        CHECK(has_value(), error().text());
        return *std::get_if<0>(&state_);
    }
    [[nodiscard]] T&& value() && {
        CHECK(has_value(), error().text());
        return std::move(*std::get_if<0>(&state_));
    }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    [[nodiscard]] const Error& error() const {
        CHECK(!has_value());
        return *std::get_if<1>(&state_);
    }

private:
    std::variant<T, Error> state_;
};

// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    [[nodiscard]] bool has_value() const { return !error_.has_value(); }
    explicit operator bool() const { return has_value(); }
    [[nodiscard]] const Error& error() const {
        CHECK(error_.has_value());
        return *error_;
    }

private:
    std::optional<Error> error_;
};

}  // namespace tangram
