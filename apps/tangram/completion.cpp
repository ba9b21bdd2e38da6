#include "completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "help.h"

namespace tangram::app {
namespace {

// Groups of commands with the words that may follow: "" -> "plan table ...", "table" -> "show
// check".
struct Group {
    std::string name;
    std::vector<std::string> words;
};

std::vector<Group> groups_of(std::span<const Command> commands) {
    std::vector<std::string> names{""};
    for (const Command& command : commands) {
        for (std::size_t space = command.name.find(' '); space != std::string::npos;
             space = command.name.find(' ', space + 1)) {
            const std::string name = command.name.substr(0, space);
            if (std::ranges::find(names, name) == names.end()) names.push_back(name);
        }
    }
    std::vector<Group> groups;
    for (const std::string& name : names) groups.push_back({name, next_words(commands, name)});
    return groups;
}

std::string joined_options(const Command& command) {
    std::string text = "--help";
    for (const Option& option : command.options) text += " --" + option.name;
    return text;
}

// What completes the value of an option, as a bash command.
std::string bash_values(const Option& option) {
    if (option.completes == Completes::kFile) return "compopt -o default";
    if (option.completes == Completes::kNothing) return ":";
    return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$word\"))",
                       fmt::join(option.choices, " "));
}

std::string bash_case(const Command& command) {
    std::string out = fmt::format("        '{}')\n            case $before in\n", command.name);
    for (const Option& option : command.options) {
        if (option.is_flag()) continue;
        const std::string letter = option.letter == 0 ? "" : fmt::format("-{}|", option.letter);
        out += fmt::format("                {}--{}) {}; return ;;\n", letter, option.name,
                           bash_values(option));
    }
    std::string positional = ":";
    for (const Option& argument : command.arguments) {
        if (argument.completes != Completes::kNothing) {
            positional = bash_values(argument);
            break;
        }
    }
    out += fmt::format(
        "            esac\n"
        "            if [[ $word == -* ]]; then\n"
        "                COMPREPLY=($(compgen -W '{}' -- \"$word\"))\n"
        "            else\n"
        "                {}\n"
        "            fi ;;\n",
        joined_options(command), positional);
    return out;
}

// fish tells single-quoted text apart by backslash and quote.
std::string fish_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

void add_fish_option(std::string& out, const std::string& condition, const Option& option) {
    out += fmt::format("complete -c tangram -n {} -l {}", condition, option.name);
    if (option.letter != 0) out += fmt::format(" -s {}", option.letter);
    if (!option.is_flag()) out += option.completes == Completes::kFile ? " -r -F" : " -x";
    if (!option.choices.empty()) {
        out += " -a " + fish_quoted(fmt::format("{}", fmt::join(option.choices, " ")));
    }
    out += " -d " + fish_quoted(option.meaning) + "\n";
}

void add_fish_command(std::string& out, const Command& command) {
    const std::string condition = fish_quoted("__tangram_at " + command.name);
    for (const Option& option : command.options) add_fish_option(out, condition, option);
    for (const Option& argument : command.arguments) {
        if (argument.completes == Completes::kFile) {
            out += fmt::format("complete -c tangram -n {} -F\n", condition);
            break;
        }
        if (argument.completes == Completes::kChoice) {
            out += fmt::format("complete -c tangram -n {} -a {}\n", condition,
                               fish_quoted(fmt::format("{}", fmt::join(argument.choices, " "))));
        }
    }
}

}  // namespace

std::string bash_completion(std::span<const Command> commands) {
    // The longest prefix of the line's words that names a command or a group.
    std::string out =
        "# bash completion for tangram; written by `tangram completion bash`\n"
        "_tangram() {\n"
        "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} at= i\n"
        "    COMPREPLY=()\n"
        "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "        [[ ${COMP_WORDS[i]} == -* ]] && break\n"
        "        case \"${at:+$at }${COMP_WORDS[i]}\" in\n";
    std::vector<std::string> places;
    for (const Group& group : groups_of(commands)) {
        if (!group.name.empty()) places.push_back("'" + group.name + "'");
    }
    for (const Command& command : commands) places.push_back("'" + command.name + "'");
    out += fmt::format("            {}) at=\"${{at:+$at }}${{COMP_WORDS[i]}}\" ;;\n",
                       fmt::join(places, "|"));
    out +=
        "            *) break ;;\n"
        "        esac\n"
        "    done\n"
        "    case $at in\n";
    for (const Group& group : groups_of(commands)) {
        const std::string own = group.name.empty() ? " --help --version" : " --help";
        out += fmt::format("        '{}') COMPREPLY=($(compgen -W '{}{}' -- \"$word\")) ;;\n",
                           group.name, fmt::join(group.words, " "), own);
    }
    for (const Command& command : commands) out += bash_case(command);
    return out + "    esac\n}\ncomplete -F _tangram tangram\n";
}

std::string zsh_completion(std::span<const Command> commands) {
    return "#compdef tangram\n"
           "# zsh completion for tangram; written by `tangram completion zsh`\n"
           "autoload -U +X bashcompinit && bashcompinit\n" +
           bash_completion(commands);
}

std::string fish_completion(std::span<const Command> commands) {
    std::string out =
        "# fish completion for tangram; written by `tangram completion fish`\n"
        "function __tangram_at\n"
        "    set -l words (commandline -opc)[2..]\n"
        "    set -l plain\n"
        "    for word in $words\n"
        "        string match -q -- '-*' $word; and break\n"
        "        set -a plain $word\n"
        "    end\n"
        "    test (count $plain) -ge (count $argv); or return 1\n"
        "    test (count $argv) -eq 0; or test \"$plain[1..(count $argv)]\" = \"$argv\"\n"
        "end\n"
        "function __tangram_exactly\n"
        "    test (count (commandline -opc)) -eq (math 1 + (count $argv)); and __tangram_at $argv\n"
        "end\n"
        "complete -c tangram -f\n"
        "complete -c tangram -n '__tangram_exactly' -l version -d 'versions'\n"
        "complete -c tangram -s h -l help -d 'help'\n";
    for (const Group& group : groups_of(commands)) {
        const std::string at = group.name.empty() ? "" : " " + group.name;
        out += fmt::format("complete -c tangram -n '__tangram_exactly{}' -a '{}'\n", at,
                           fmt::join(group.words, " "));
    }
    for (const Command& command : commands) add_fish_command(out, command);
    return out;
}

}  // namespace tangram::app
