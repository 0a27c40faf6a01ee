// huegrad: the command line. Exit status: 0 done; 1 some input failed; 2 wrong usage; 3 environment.
#include <fmt/core.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <new>
#include <system_error>

#include "apps/commands.h"
#include "core/error.h"
#include "kernels/cuda_context.h"

namespace huegrad {

void print_error(std::string_view message) {
  std::string line(message);
  for (char& c : line)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  fmt::print(stderr, "huegrad: error: {}\n", line);
}

namespace {

int report(std::string_view message, int status) {
  print_error(message);
  return status;
}

// What was printed is only done when it has arrived.
int finish(int status) {
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  return written ? status : report("cannot write all of the output (stdout). Is the disk full?", 3);
}

std::string help_hint(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return fmt::format("Run 'huegrad {} --help'", commands.empty() ? "COMMAND" : commands[0]->get_name());
}

// CLI11 takes an unknown first word for a missing subcommand; say which word it was.
void check_command(const CLI::App& app, const std::string& word) {
  if (word == "--help" || word == "-h" || word == "--version") return;
  std::string names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == word) return;
    names += (names.empty() ? "" : ", ") + command->get_name();
  }
  throw Error(ErrorKind::usage, fmt::format("no command '{}'", word), "", "Commands: " + names);
}

int run(int argc, char** argv) {
  CLI::App app{"huegrad colours grey photographs, and trains the network that does.", "huegrad"};
  app.set_version_flag("--version", std::string("huegrad ") + HUEGRAD_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  huegrad colorize album/ -o coloured/\n"
      "  huegrad colorize --help\n"
      "Exit status: 0 done; 1 some input failed, the rest is done; 2 wrong usage;\n"
      "3 the machine: no such device, out of memory, disk full.");

  int status = 0;
  add_colorize(app, status);
  add_segment(app, status);
  add_prepare(app, status);
  add_prior(app, status);
  add_train(app, status);
  add_evaluate(app, status);
  add_gradcheck(app, status);
  add_summary(app, status);
  add_profile(app, status);
  try {
    if (argc < 2) {
      fmt::print(stderr, "{}", app.help());
      return 2;
    }
    check_command(app, argv[1]);
    app.parse(argc, argv);
    return finish(status);
  } catch (const CLI::Success& success) {  // --help, --version
    return finish(app.exit(success));
  } catch (const CLI::ParseError& error) {
    return report(fmt::format("{}. {}", error.what(), help_hint(app)), 2);
  } catch (const Error& error) {
    return report(error.what(), int(error.kind()));
  } catch (const CudaError& error) {
    return report(error.what(), 3);
  } catch (const std::bad_alloc&) {
    return report("out of memory. Use a smaller --batch or --size", 3);
  } catch (const std::filesystem::filesystem_error& error) {
    return report(fmt::format("{} ({})", error.code().message(), error.path1().string()), 1);
  } catch (const std::system_error& error) {  // no more threads, or an output that cannot be written
    return report(error.what(), 3);
  } catch (const std::exception& error) {
    return report(error.what(), 1);
  }
}

}  // namespace
}  // namespace huegrad

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // so that writing beyond a limit fails and is reported, like a full disk
  return huegrad::run(argc, argv);
}
