#include "report/text_table.h"

#include <algorithm>

#include "base/check.h"
#include "report/text.h"

namespace tangram::report {
namespace {

using Row = std::vector<std::string>;

std::string markdown_cell(const std::string& text) {
    std::string cell;
    for (const char letter : printable(text)) {
        if (letter == '|') cell += '\\';
        cell += letter;
    }
    return cell;
}

std::string markdown_row(const Row& cells) {
    std::string line = "|";
    for (const std::string& cell : cells) line += " " + markdown_cell(cell) + " |";
    return line + "\n";
}

std::string markdown(const std::vector<TableColumn>& headings, const std::vector<Row>& rows) {
    Row names;
    std::string rule = "|";
    for (const TableColumn& column : headings) {
        names.push_back(column.heading);
        rule += column.align_right ? "---:|" : "---|";
    }
    std::string text = markdown_row(names) + rule + "\n";
    for (const Row& row : rows) text += markdown_row(row);
    return text;
}

std::string aligned(const std::vector<TableColumn>& headings, const std::vector<Row>& rows) {
    std::vector<int> widths;
    for (std::size_t i = 0; i < headings.size(); ++i) {
        int width = columns(headings[i].heading);
        for (const Row& row : rows) width = std::max(width, columns(printable(row[i])));
        widths.push_back(width);
    }
    std::string text;
    const auto add = [&](const auto& cell_of) {
        std::string line;
        for (std::size_t i = 0; i < headings.size(); ++i) {
            if (i > 0) line += "  ";
            line += pad_columns(cell_of(i), widths[i], headings[i].align_right);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    };
    add([&](std::size_t i) { return headings[i].heading; });
    add([&](std::size_t i) { return std::string(static_cast<std::size_t>(widths[i]), '-'); });
    for (const Row& row : rows) add([&](std::size_t i) { return printable(row[i]); });
    return text;
}

}  // namespace

std::string text_table(const std::vector<TableColumn>& columns, const std::vector<Row>& rows,
                       TableStyle style) {
    for (const Row& row : rows) CHECK(row.size() == columns.size());
    return style == TableStyle::kMarkdown ? markdown(columns, rows) : aligned(columns, rows);
}

}  // namespace tangram::report
