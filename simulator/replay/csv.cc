#include "simulator/replay/csv.h"

#include <stdexcept>

#include <fmt/format.h>

#include "simulator/replay/byte_order_mark.h"

namespace matchpoint::simulator::replay {

CsvReader::CsvReader(const std::string& path) : in_(path, std::ios::binary) {
    if (!in_) throw std::runtime_error(fmt::format("{}: the file cannot be read", path));
    skip_byte_order_mark(in_);
    if (!read_row()) return;
    for (std::size_t index = 0; index < fields_.size(); ++index) columns_.try_emplace(fields_[index], index);
}

bool CsvReader::next() {
    while (read_row()) {
        if (fields_.size() > 1 || !fields_[0].empty()) return true;
    }
    return false;
}

std::optional<std::string_view> CsvReader::get(std::string_view column) const {
    const auto found = columns_.find(column);
    if (found == columns_.end() || found->second >= fields_.size()) return std::nullopt;
    return fields_[found->second];
}

bool CsvReader::read_row() {
    fields_.assign(1, "");
    row_line_ = next_line_;
    bool quoted = false;
    bool any = false;
    for (int c = in_.get(); c != std::ifstream::traits_type::eof(); c = in_.get()) {
        any = true;
        if (c == '\n') ++next_line_;
        if (quoted) {
            if (c != '"') {
                fields_.back().push_back(static_cast<char>(c));
            } else if (in_.peek() == '"') {
                fields_.back().push_back(static_cast<char>(in_.get()));
            } else {
                quoted = false;
            }
        } else if (c == '"' && fields_.back().empty()) {
            quoted = true;
        } else if (c == ',') {
            fields_.emplace_back();
        } else if (c == '\n') {
            break;
        } else if (c != '\r') {
            fields_.back().push_back(static_cast<char>(c));
        }
    }
    return any;
}

}  // namespace matchpoint::simulator::replay
