// The program `tangram`: parses arguments, wires rooms, maps errors to exit codes.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <new>

#include "command.h"
#include "help.h"
#include "interrupt.h"
#include "lp/model.h"
#include "parse.h"
#include "session.h"

namespace tangram::app {
namespace {

int code(Exit exit) { return static_cast<int>(exit); }

std::string version_text() {
    return fmt::format("tangram {}\n{}\n", TANGRAM_VERSION, lp::solver_version());
}

int refuse(const Request& request) {
    const std::string command = request.words.empty() ? "" : " " + request.words;
    fmt::print(stderr, "tangram: error: {}\ntry \"tangram{} --help\"\n", request.error, command);
    return code(Exit::kBadInput);
}

int fail(const Session& session, const Error& error) {
    session.error(error);
    return code(error.code == ErrorCode::kInternal ? Exit::kInternal : Exit::kBadInput);
}

int print(const Session& session, const std::string& text) {
    const Result<void> printed = session.print(text);
    return printed ? code(Exit::kDone) : fail(session, printed.error());
}

int run_command(const Command& command, const Request& request, Session& session) {
    const Result<void> writable = check_outputs(request.outputs, request.inputs);
    if (!writable) return fail(session, writable.error());
    const Result<Exit> outcome = command.run(session);
    if (Interrupt::pending()) return Interrupt::exit_code();
    return outcome ? code(*outcome) : fail(session, outcome.error());
}

int run(int argc, const char* const* argv) {
    Interrupt::install();
    Session session;
    const std::vector<Command> commands = with_common_options(session);
    const Request request = parse_command_line(commands, argc, argv);
    switch (request.kind) {
        case Request::Kind::kVersion:
            return print(session, version_text());
        case Request::Kind::kError:
            return refuse(request);
        case Request::Kind::kHelp:
            return print(session, request.command ? command_help(commands[*request.command])
                                                  : group_help(commands, request.words));
        case Request::Kind::kRun:
            return run_command(commands[*request.command], request, session);
    }
    return code(Exit::kInternal);
}

int internal_error(const char* what) {
    std::fprintf(stderr, "tangram: internal error: %s\n", what);
    return code(Exit::kInternal);
}

}  // namespace
}  // namespace tangram::app

int main(int argc, char** argv) {
    // Libraries throw; nothing of ours does.
    try {
        return tangram::app::run(argc, argv);
    } catch (const std::bad_alloc&) {
        return tangram::app::internal_error("not enough memory");
    } catch (const std::exception& error) {
        return tangram::app::internal_error(error.what());
    } catch (...) {
        return tangram::app::internal_error("unknown exception");
    }
}
