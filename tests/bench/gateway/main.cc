// gateway_bench: the programs that tests/bench/gateway/run puts together. See the README beside it.
#include <csignal>
#include <cstdio>
#include <exception>

#include "tests/bench/gateway/commands.h"

int main(int argc, char** argv) {
    using namespace matchpoint::bench;
    std::signal(SIGPIPE, SIG_IGN);
    CLI::App app("The load of the gateway's benchmark, its publishers and the floor.", "gateway_bench");
    app.require_subcommand(1);
    add_subscribe(app);
    add_publish_kafka(app);
    add_consume_kafka(app);
    add_publish_http(app);
    add_relay(app);
    add_topics(app);
    add_floor(app);
    try {
        app.parse(argc, argv);
        return 0;
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "gateway_bench: %s\n", error.what());
        return 1;
    }
}
