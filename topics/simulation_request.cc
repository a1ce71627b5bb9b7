#include "topics/simulation_request.h"

#include <utility>

#include <fmt/format.h>

#include "processor/scoring/fields.h"
#include "processor/scoring/json_writer.h"
#include "topics/json_syntax.h"
#include "topics/padded_copy.h"
#include "topics/score_event.h"

namespace matchpoint::topics {
namespace {

namespace ondemand = simdjson::ondemand;
using scoring::Competitor;
using scoring::Fields;

Rejection malformed() {
    return {RejectReason::kMalformed, "not JSON"};
}

void read_match(Fields& fields, std::string& match) {
    const auto given = fields.text("match");
    if (!given) return;
    if (given->size() > kMaxMatchIdBytes) {
        fields.refuse("match", fmt::format("must have at most {} bytes", kMaxMatchIdBytes));
    }
    for (const char c : *given) {
        if (static_cast<unsigned char>(c) < 0x20U || c == 0x7f) {
            fields.refuse("match", "must have no control characters");
        }
    }
    match = *given;
}

void read_sport(Fields& fields, const scoring::Sport*& sport) {
    const std::string_view name = fields.need_text("sport");
    if (!fields.ok()) return;
    sport = scoring::find_sport(name);
    if (sport != nullptr) return;
    std::string known;
    for (const auto* one : scoring::all_sports()) known.append(known.empty() ? "" : ", ").append(one->name());
    fields.refuse("sport", "must be one of " + known);
}

void read_players(Fields& side, std::vector<std::string>& players) {
    auto list = side.array("players");
    if (!list) return;
    for (auto entry : *list) {
        std::string_view name;
        if (std::move(entry).get_string().get(name) || name.empty() || name.size() > kMaxNameBytes) {
            return side.refuse("players", fmt::format("must be names of 1 to {} bytes", kMaxNameBytes));
        }
        if (players.size() == kMaxPlayersASide) {
            return side.refuse("players", fmt::format("must be at most {}", kMaxPlayersASide));
        }
        players.emplace_back(name);
    }
}

void read_sides(Fields& fields, std::array<Competitor, 2>& sides) {
    auto list = fields.array("sides");
    if (!list) return;
    std::size_t count = 0;
    for (auto entry : *list) {
        ondemand::object object;
        if (count == sides.size() || std::move(entry).get_object().get(object)) {
            return fields.refuse("sides", "must be two objects with a name");
        }
        const std::string path = fmt::format("sides[{}].", count);
        Fields side(object, path);
        sides[count].name = side.need_name("name");
        if (side.ok()) read_players(side, sides[count].players);
        if (!side.ok()) return fields.adopt(std::move(side.refusal()));
        ++count;
    }
    if (count != sides.size()) fields.refuse("sides", fmt::format("must be two, not {}", count));
    if (sides[0].name == sides[1].name) fields.refuse("sides", "must have different names");
}

void read_format(Fields& fields, std::string& format_json) {
    auto format = fields.object("format");
    std::string_view raw;
    if (format && format->raw_json().get(raw) == simdjson::SUCCESS) format_json = raw;
}

std::optional<scoring::Refusal> read_fields(ondemand::object object, SimulationRequest& request) {
    Fields fields(object);
    read_match(fields, request.match);
    read_sport(fields, request.sport);
    if (const auto seed = fields.integer("seed", 0, static_cast<std::int64_t>(kMaxSeq))) {
        request.seed = static_cast<std::uint64_t>(*seed);
    }
    request.speed = fields.number("speed", kMinSimulationSpeed, kMaxSimulationSpeed).value_or(1);
    request.competition = fields.name("competition").value_or("");
    read_sides(fields, request.sides);
    read_format(fields, request.format_json);
    return std::move(fields.refusal());
}

}  // namespace

SimulationRequestResult read_simulation_request(streams::BytesView json) {
    if (json.size() > kMaxRequestBytes) {
        return Rejection{RejectReason::kInvalid, fmt::format("a request has at most {} bytes", kMaxRequestBytes)};
    }
    if (!is_json_value(json)) return malformed();
    std::string padded;
    ondemand::parser parser;
    ondemand::document document;
    ondemand::object object;
    if (parser.iterate(padded_copy(json, padded)).get(document)) return malformed();
    if (document.get_object().get(object)) return Rejection{RejectReason::kInvalid, "expected an object"};
    SimulationRequest request;
    if (auto refusal = read_fields(object, request)) {
        return Rejection{RejectReason::kInvalid, std::move(refusal->detail)};
    }
    // What the format may say is the sport's to know.
    document.rewind();
    scoring::Bytes ignored;
    if (document.get_object().get(object)) return malformed();
    if (auto refusal = request.sport->decode_start(object, ignored)) {
        return Rejection{RejectReason::kInvalid, std::move(refusal->detail)};
    }
    return request;
}

void write_simulation_request(const SimulationRequest& request, std::string& out) {
    out.clear();
    scoring::JsonWriter json(out);
    json.begin_object();
    if (!request.match.empty()) json.key("match").string(request.match);
    json.key("sport").string(request.sport->name());
    if (request.seed) json.key("seed").number(*request.seed);
    json.key("speed").raw(fmt::format("{}", request.speed));
    if (!request.competition.empty()) json.key("competition").string(request.competition);
    if (!request.sides[0].name.empty()) {
        json.key("sides").begin_array();
        for (const Competitor& side : request.sides) {
            json.begin_object();
            json.key("name").string(side.name);
            if (!side.players.empty()) {
                json.key("players").begin_array();
                for (const std::string& player : side.players) json.string(player);
                json.end_array();
            }
            json.end_object();
        }
        json.end_array();
    }
    if (!request.format_json.empty()) json.key("format").raw(request.format_json);
    json.end_object();
}

}  // namespace matchpoint::topics
