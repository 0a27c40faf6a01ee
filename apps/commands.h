// The subcommands of huegrad, one file each. add_X registers the flags of X and what happens when it is
// called; that callback sets `status` to the exit status (0 done, 1 some input failed) or throws
// huegrad::Error.
#pragma once
#include <CLI/CLI.hpp>

namespace huegrad {

void add_colorize(CLI::App& app, int& status);
void add_segment(CLI::App& app, int& status);
void add_prepare(CLI::App& app, int& status);
void add_prior(CLI::App& app, int& status);
void add_train(CLI::App& app, int& status);
void add_evaluate(CLI::App& app, int& status);
void add_gradcheck(CLI::App& app, int& status);
void add_summary(CLI::App& app, int& status);

}  // namespace huegrad
