#include "http/log/rejected_event.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <simdjson.h>

#include "http/log/record.h"

namespace matchpoint::http {
namespace {

std::string base64(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock ends it with a zero
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::string member(std::string_view name, const std::optional<std::string_view>& bytes) {
    if (!bytes) return fmt::format(R"("{}":null)", name);
    if (simdjson::validate_utf8(bytes->data(), bytes->size()))
        return fmt::format(R"("{}":{})", name, json_string(*bytes));
    return fmt::format(R"("{}_base64":"{}")", name, base64(*bytes));
}

class HeaderTexts {
  public:
    explicit HeaderTexts(const streams::Headers* headers) : headers_(headers) {}
    [[nodiscard]] std::string text(std::string_view name) const {
        const auto value = find(name);
        return value ? json_string(*value) : "null";
    }
    [[nodiscard]] std::string number(std::string_view name) const {
        std::int64_t parsed = 0;
        const auto value = find(name).value_or("");
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
        return !value.empty() && error == std::errc{} && end == value.data() + value.size() ? std::to_string(parsed)
                                                                                            : "null";
    }

  private:
    // The last of that name, as Kafka's own clients have it.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const {
        if (headers_ == nullptr) return std::nullopt;
        const auto found = std::find_if(headers_->rbegin(), headers_->rend(),
                                        [name](const auto& header) { return header.name == name; });
        if (found == headers_->rend() || !found->value) return std::nullopt;
        return *found->value;
    }
    const streams::Headers* headers_;
};

}  // namespace

std::string rejected_event_json(const ReceivedRecord& record) {
    const HeaderTexts headers(record.headers);
    return fmt::format(
        R"({{{},{},"reason":{},"detail":{},"source":{{"topic":{},"partition":{},"offset":{}}},"at":{}}})",
        member("key", record.key), member("value", record.value), headers.text("reason"), headers.text("detail"),
        headers.text("source-topic"), headers.number("source-partition"), headers.number("source-offset"),
        record.at.value());
}

}  // namespace matchpoint::http
