#include "parse.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "base/nearest.h"
#include "help.h"

namespace tangram::app {
namespace {

// Takes one value. Throws what CLI11 expects where it is wrong.
void set_value(const Option& option, const std::string& shown, const std::string& text,
               Request& request) {
    const std::string expected = option.set(text);
    if (!expected.empty()) {
        throw CLI::ValidationError(
            fmt::format(R"({}: found "{}", expected {})", shown, text, expected),
            CLI::ExitCodes::ValidationError);
    }
    if (option.completes == Completes::kFile) {
        (option.writes ? request.outputs : request.inputs).push_back(text);
    }
}

void add_option(CLI::App& app, const Option& option, bool positional, Request& request) {
    std::string name = option.name;
    if (!positional) {
        name = (option.letter == 0 ? "--" : fmt::format("-{},--", option.letter)) + option.name;
    }
    if (option.is_flag()) {
        app.add_flag_callback(name, [&option] { std::ignore = option.set(""); });
        return;
    }
    const std::string shown = positional ? option.name : "--" + option.name;
    if (option.repeats) {
        const auto set = [&option, &request, shown](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) set_value(option, shown, text, request);
        };
        app.add_option_function<std::vector<std::string>>(name, set)->required(option.required);
        return;
    }
    const auto set = [&option, &request, shown](const std::string& text) {
        set_value(option, shown, text, request);
    };
    app.add_option_function<std::string>(name, set)->required(option.required);
}

// The commands as a tree of CLI11 applications.
class CommandTree {
public:
    explicit CommandTree(std::span<const Command> commands) : commands_(commands) {
        root_.set_help_flag("-h,--help");
        root_.set_version_flag("--version", std::string("tangram"));
        root_.require_subcommand(0, 1);
        for (std::size_t i = 0; i < commands.size(); ++i) add(i);
    }

    Request parse(int argc, const char* const* argv) {
        try {
            root_.parse(argc, argv);
            return parsed();
        } catch (const CLI::CallForHelp&) {
            return at_deepest(Request::Kind::kHelp);
        } catch (const CLI::CallForVersion&) {
            return at_deepest(Request::Kind::kVersion);
        } catch (const CLI::ExtrasError&) {
            return failed(unexpected());
        } catch (const CLI::ParseError& error) {
            return failed(error.what());
        }
    }

private:
    void add(std::size_t index) {
        CLI::App* app = &root_;
        std::string words;
        for (const std::string& word : words_of(commands_[index].name)) {
            words += words.empty() ? word : " " + word;
            CLI::App*& below = apps_[words];
            if (below == nullptr) {
                below = app->add_subcommand(word);
                below->require_subcommand(0, 1);
                names_[below] = words;
            }
            app = below;
        }
        index_[app] = index;
        for (const Option& option : commands_[index].arguments)
            add_option(*app, option, true, files_);
        for (const Option& option : commands_[index].options)
            add_option(*app, option, false, files_);
    }

    // The innermost command the line names.
    const CLI::App* deepest() {
        const CLI::App* app = &root_;
        while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
        return app;
    }

    Request at_deepest(Request::Kind kind) {
        const CLI::App* app = deepest();
        Request request = files_;
        request.kind = kind;
        if (const auto found = index_.find(app); found != index_.end()) {
            request.command = found->second;
        }
        if (const auto found = names_.find(app); found != names_.end()) {
            request.words = found->second;
        }
        return request;
    }

    Request parsed() {
        Request request = at_deepest(Request::Kind::kRun);
        if (request.command) return request;
        const std::string group = request.words.empty() ? "" : " behind \"" + request.words + "\"";
        return failed(fmt::format("a command is missing{}: one of {}", group,
                                  fmt::join(words_below(request.words), ", ")));
    }

    Request failed(std::string error) {
        Request request = at_deepest(Request::Kind::kError);
        request.error = std::move(error);
        return request;
    }

    // What is wrong with the first word nobody took.
    std::string unexpected() {
        const std::vector<std::string> rest = root_.remaining(true);
        const std::string word = rest.empty() ? "" : rest.front();
        const Request place = at_deepest(Request::Kind::kError);
        if (word.starts_with("-")) {
            const std::string name = word.substr(0, word.find('='));
            return fmt::format("unknown option \"{}\"{}", name,
                               nearest_hint(name, options_of(place)));
        }
        if (!place.command) {
            return fmt::format("unknown command \"{}\"{}", word,
                               nearest_hint(word, words_below(place.words)));
        }
        return fmt::format("unexpected argument \"{}\"", word);
    }

    std::vector<std::string> options_of(const Request& place) const {
        std::vector<std::string> names{"--help"};
        if (!place.command) {
            if (place.words.empty()) names.push_back("--version");
            return names;
        }
        for (const Option& option : commands_[*place.command].options) {
            names.push_back("--" + option.name);
        }
        return names;
    }

    // The words that may follow a group's.
    std::vector<std::string> words_below(const std::string& group) const {
        return next_words(commands_, group);
    }

    std::span<const Command> commands_;
    CLI::App root_;
    Request files_;                                 // collects the files the line names
    std::map<const CLI::App*, std::size_t> index_;  // looked up, never walked
    std::map<const CLI::App*, std::string> names_;
    std::map<std::string, CLI::App*> apps_;
};

}  // namespace

Request parse_command_line(std::span<const Command> commands, int argc, const char* const* argv) {
    return CommandTree(commands).parse(argc, argv);
}

}  // namespace tangram::app
