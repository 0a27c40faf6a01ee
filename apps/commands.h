// The subcommands of huegrad, one file each. add_X registers the flags of X and what happens when it is
// called; that callback sets `status` to the exit status (0 done, 1 some input failed) or throws
// huegrad::Error.
#pragma once
#include <CLI/CLI.hpp>
#include <string_view>

namespace huegrad {

// Help texts of flags that several commands have.
inline constexpr const char* kThreadsHelp = "Threads that compute (default: all cores)";
inline constexpr const char* kPresetHelp =
    "A network: voc, coco-stuff, zhang, small, light, tiny, or a JSON file of your own "
    "('huegrad summary --json' prints one as \"config\")";
inline constexpr const char* kModelHelp = "Model file (default: the one that ships with huegrad)";
inline constexpr const char* kQuietHelp = "Print errors only";
inline constexpr const char* kJsonHelp = "Print JSON instead of text";

// "huegrad: error: MESSAGE" on stderr, in one line whatever file names contain.
void print_error(std::string_view message);

void add_colorize(CLI::App& app, int& status);
void add_segment(CLI::App& app, int& status);
void add_prepare(CLI::App& app, int& status);
void add_prior(CLI::App& app, int& status);
void add_train(CLI::App& app, int& status);
void add_evaluate(CLI::App& app, int& status);
void add_gradcheck(CLI::App& app, int& status);
void add_summary(CLI::App& app, int& status);
void add_profile(CLI::App& app, int& status);

}  // namespace huegrad
