#include "simulator/program.h"

#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <unistd.h>

#include "simulator/kafka_sink.h"
#include "simulator/season.h"
#include "simulator/stdout_sink.h"

namespace matchpoint::simulator {
namespace {

// What a stop may cost; when Kafka is away, what it would not take by then is lost.
constexpr Sink::Millis kStopTimeout{5000};
constexpr Sink::Millis kSlice{200};

// Delivers what is queued. A run that ends by itself waits for Kafka as long as it takes, or until it is told to stop.
bool flush(Sink& sink, bool stopped, const std::function<bool()>& stop) {
    while (!stopped) {
        if (sink.finish(kSlice)) return true;
        if (sink.failure()) return false;
        stopped = stop();
    }
    return sink.finish(kStopTimeout);
}

int finish(const Outcome& outcome, Sink& sink, const EventSource& source, Progress& progress,
           const std::function<bool()>& stop) {
    const bool cut_short = outcome.reason == Outcome::Reason::kStopped || outcome.reason == Outcome::Reason::kFailed;
    const bool flushed = flush(sink, cut_short, stop);
    const std::uint64_t acknowledged = sink.acknowledged();
    progress.say(fmt::format("{} events acknowledged; {} matches finished, {} under way", acknowledged,
                             source.matches_finished(), source.matches_live()));
    std::string failure = outcome.failure;
    if (failure.empty()) failure = sink.failure().value_or("");
    if (failure.empty() && !flushed) failure = "Kafka did not take them in time";
    if (failure.empty()) return 0;
    progress.say(fmt::format("{} events were not acknowledged: {}", outcome.published - acknowledged, failure));
    return 1;
}

std::unique_ptr<EventSource> make_source(const Options& options, Progress& progress) {
    if (!options.replay && options.sports.empty()) return std::make_unique<tennis::Tournament>(options.tennis);
    if (!options.replay) {
        return std::make_unique<Season>(SeasonSettings{.seed = options.tennis.seed,
                                                       .start_at = options.tennis.start_at,
                                                       .matches = options.tennis.matches,
                                                       .gap_us = options.tennis.gap_us,
                                                       .sports = options.sports,
                                                       .total_matches = options.tennis.total_matches});
    }
    return replay::open_recordings(*options.replay, [&progress](const std::string& text) { progress.say(text); });
}

std::string describe(const Options& options) {
    if (options.replay) return fmt::format("replaying {} files", options.replay->files.size());
    return fmt::format("seed {}, start at {}, {} matches at once", options.tennis.seed, options.tennis.start_at.value(),
                       options.tennis.matches);
}

int serve_requests(const Options& options, const streams::Clock& clock, Progress& progress,
                   const std::function<bool()>& stop) {
    KafkaSink sink(options.kafka, options.topic, [&progress](std::string_view line) { progress.say(line); });
    if (!options.quiet) {
        progress.say(fmt::format("playing what is asked for on {}, at most {} matches at once",
                                 options.serve->requests_topic, options.serve->max_matches));
    }
    if (!sink.wait_for_topic(stop)) return 0;
    const serve::Served served =
        serve::serve(*options.serve, options.kafka, options.topic, sink, clock, progress, stop);
    progress.say(fmt::format("{} events acknowledged; {} matches finished, {} to go on with", sink.acknowledged(),
                             served.finished, served.playing));
    if (served.failure.empty()) return 0;
    progress.say(served.failure);
    return 1;
}

}  // namespace

int run(const Options& options, StopSignal& signal) {
    const streams::SystemClock clock;
    const auto write = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); };
    const auto style = options.quiet                ? Progress::Style::kNone
                       : isatty(STDERR_FILENO) != 0 ? Progress::Style::kInPlace
                                                    : Progress::Style::kLines;
    Progress progress(style, write);
    const std::function<bool()> stop = [&signal] { return signal.requested(); };

    if (options.serve) return serve_requests(options, clock, progress, stop);
    const auto source = make_source(options, progress);
    const auto announce = [&] {
        if (!options.quiet) progress.say(describe(options));
    };
    const auto play_into = [&](Sink& sink) {
        const Outcome outcome = play(*source, sink, options.pace, options.limits, clock, progress, stop);
        return finish(outcome, sink, *source, progress, stop);
    };
    if (options.to_stdout) {
        StdoutSink sink(STDOUT_FILENO);
        announce();
        return play_into(sink);
    }
    KafkaSink sink(options.kafka, options.topic, [&progress](std::string_view line) { progress.say(line); });
    announce();
    if (!sink.wait_for_topic(stop)) {
        progress.say("0 events acknowledged");
        return 0;
    }
    return play_into(sink);
}

}  // namespace matchpoint::simulator
