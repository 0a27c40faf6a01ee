// huegrad: the command line. Exit status: 0 done; 1 some input failed; 2 wrong usage; 3 environment.
#include <fmt/core.h>

#include <new>

#include "apps/commands.h"
#include "core/error.h"

namespace huegrad {
namespace {

int report(std::string_view message, int status) {
  fmt::print(stderr, "huegrad: error: {}\n", message);
  return status;
}

// CLI11 takes an unknown first word for a missing subcommand; say which word it was.
void check_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2) return;
  const std::string word = argv[1];
  std::string names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == word) return;
    names += (names.empty() ? "" : ", ") + command->get_name();
  }
  if (word[0] != '-')
    throw Error(ErrorKind::usage, fmt::format("no command '{}'", word), "", "Commands: " + names);
}

int run(int argc, char** argv) {
  CLI::App app{"huegrad colours grey photographs, and trains the network that does.", "huegrad"};
  app.set_version_flag("--version", std::string("huegrad ") + HUEGRAD_VERSION);
  app.require_subcommand(1);
  app.footer("Example: huegrad colorize album/ -o coloured/\n'huegrad COMMAND --help' tells more.");

  int status = 0;
  add_colorize(app, status);
  add_segment(app, status);
  add_prepare(app, status);
  add_prior(app, status);
  add_train(app, status);
  add_evaluate(app, status);
  add_gradcheck(app, status);
  add_summary(app, status);
  try {
    check_command(app, argc, argv);
    app.parse(argc, argv);
    return status;
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    return report(fmt::format("{}. Run 'huegrad --help' or 'huegrad COMMAND --help'", error.what()), 2);
  } catch (const Error& error) {
    return report(error.what(), int(error.kind()));
  } catch (const std::bad_alloc&) {
    return report("out of memory. Use a smaller --batch or --size", 3);
  } catch (const std::exception& error) {
    return report(error.what(), 1);
  }
}

}  // namespace
}  // namespace huegrad

int main(int argc, char** argv) { return huegrad::run(argc, argv); }
