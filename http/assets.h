// The pages as built in, or from a folder while one works on them. Immutable; any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace matchpoint::http {

struct Asset {
    std::string_view content_type;
    std::shared_ptr<const std::string> body;
    std::string etag;
};

class Assets {
  public:
    // Empty: the files built in.
    explicit Assets(std::string folder);
    // By URL path: `/`, `/leaderboard`, `/web/<file>`, `/openapi.json`.
    [[nodiscard]] std::optional<Asset> find(std::string_view path) const;

  private:
    struct BuiltIn {
        std::string name;
        Asset asset;
    };
    std::string folder_;
    std::vector<BuiltIn> built_in_;
};

}  // namespace matchpoint::http
