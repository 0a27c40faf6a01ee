#include <chrono>
#include <memory>
#include <mutex>
#include <utility>

#include "apps/color_options.h"
#include "apps/commands.h"
#include "apps/picture_run.h"
#include "apps/sheets.h"
#include "core/error.h"
#include "core/files.h"

namespace huegrad {

namespace fs = std::filesystem;

namespace {

struct ColorizeFlags : PictureFlags {
  ColorizeOptions options;
  std::string contact_sheet;
  bool no_jbu = false, comparison = false, labels = false;
};

// What is written for one picture; unused paths are empty.
struct Results {
  fs::path colored, comparison, labels;

  std::vector<fs::path> files() const {
    std::vector<fs::path> files;
    for (const fs::path& path : {colored, comparison, labels})
      if (!path.empty()) files.push_back(path);
    return files;
  }
};

Results plan_results(const ColorizeFlags& flags, const fs::path& output) {
  Results results{output, {}, {}};
  if (flags.comparison) results.comparison = with_suffix(output, "comparison", output.extension().string());
  if (flags.labels) results.labels = with_suffix(output, "labels", ".png");
  return results;
}

// JPEG holds neither alpha nor 16 bits, and nothing of a picture is dropped in silence.
void check_fits(const Image& picture, const fs::path& output) {
  const bool is_png = output.extension() == ".png" || output.extension() == ".PNG";
  if (!is_png && (picture.bit_depth == 16 || picture.has_alpha()))
    throw Error(ErrorKind::input,
                fmt::format("JPEG cannot hold the {} of this picture",
                            picture.has_alpha() ? "transparency" : "16 bits"),
                output.string(), "Name the output .png with -o");
}

void check_contact_sheet(const std::string& name) {
  const std::string extension = fs::path(name).extension().string();
  if (!name.empty() && extension != ".png" && extension != ".jpg" && extension != ".jpeg")
    throw Error(ErrorKind::usage, "a contact sheet is a PNG or JPEG file", name, "Name it .png");
}

void check_flags(const ColorizeFlags& flags, const LoadedModel& model) {
  if (flags.labels && !model.network.config().semantics)
    throw Error(ErrorKind::usage, "--labels needs a model with a semantic branch", model.source);
  if (flags.output != "-") return;
  if (flags.comparison || flags.labels || flags.json || flags.skip_existing)
    throw Error(ErrorKind::usage,
                "--comparison, --labels, --json and --skip-existing need an output other than stdout", "",
                "Use -o FILE or -o FOLDER");
}

nlohmann::json write_results(const Results& results, Colorizer& colorizer, const Image& picture,
                             const Image& colored, const Prediction& prediction) {
  nlohmann::json line = {
      {"output", results.colored.string()}, {"width", picture.width}, {"height", picture.height}};
  if (!results.labels.empty()) {
    write_label_png(results.labels, colorizer.labels(prediction, picture.height, picture.width));
    line["labels"] = results.labels.string();
    line["classes"] = colorizer.classes();
  }
  if (!results.comparison.empty()) {
    write_image(results.comparison, comparison(picture, colored));
    line["comparison"] = results.comparison.string();
  }
  write_image(results.colored, colored);  // last: where it exists, --skip-existing finds everything done
  return line;
}

int colorize_all(const ColorizeFlags& flags) {
  const auto start = std::chrono::steady_clock::now();
  check_options(flags.options);
  check_contact_sheet(flags.contact_sheet);
  const InputList inputs = find_inputs(flags.inputs, flags.output == "-" ? "" : flags.output);
  const OutputPlan plan(inputs.pictures, flags.output, false);
  std::vector<Results> results;
  std::vector<std::vector<fs::path>> files;
  for (size_t i = 0; i < inputs.pictures.size(); ++i) {
    results.push_back(plan.to_stdout() ? Results() : plan_results(flags, plan.output(i)));
    files.push_back(results.back().files());
  }
  std::vector<std::vector<fs::path>> everything = files;
  if (!flags.contact_sheet.empty() && !files.empty()) everything.back().emplace_back(flags.contact_sheet);
  plan.check(inputs.pictures, everything);

  ColorizeOptions options = flags.options;
  LoadedModel model = load_model(flags, options.storage);
  check_flags(flags, model);
  options.jbu = !flags.no_jbu;
  options.working_size = parse_working_size(flags.size, model.network.config());
  options.lean = flags.lean;
  Colorizer colorizer(std::move(model.network), options);
  ContactSheet sheet;
  std::mutex sheet_mutex;
  const Finish finish = [&](size_t i, const Image& picture, const Prediction& prediction) -> nlohmann::json {
    if (!plan.to_stdout()) check_fits(picture, results[i].colored);
    const Image colored = colorizer.compose(picture, prediction);
    if (!flags.contact_sheet.empty()) {
      const std::lock_guard lock(sheet_mutex);
      sheet.add(i, picture, colored);
    }
    if (!plan.to_stdout()) return write_results(results[i], colorizer, picture, colored, prediction);
    write_to_stdout(encode_png(colored));
    return nlohmann::json::object();
  };
  const RunSummary summary = run_pictures(colorizer, inputs, files, flags, finish);
  if (!sheet.empty()) write_image(flags.contact_sheet, sheet.draw());
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  print_summary("coloured", summary, elapsed.count(), flags);
  return summary.status();
}

}  // namespace

void add_colorize(CLI::App& app, int& status) {
  const auto flags = std::make_shared<ColorizeFlags>();
  CLI::App* command = app.add_subcommand("colorize",
                                         "Colour photographs; their lightness, size, bit depth "
                                         "and transparency stay as they are");
  flags->add_to(*command);
  add_color_options(*command, flags->options);
  command->add_flag("--no-jbu", flags->no_jbu, "Interpolate colours bilinearly: faster, bleeds over edges");
  command->add_flag("--comparison", flags->comparison,
                    "Also write NAME.comparison: grey, coloured and, if "
                    "it had colours, original side by side");
  command->add_flag("--labels", flags->labels, "Also write NAME.labels.png: what the network saw where");
  command->add_option("--contact-sheet", flags->contact_sheet,
                      "Also write one picture (PNG or JPEG) that "
                      "shows all of them small, before and after");
  command->footer(
      "Examples:\n"
      "  huegrad colorize old.jpg -o new.png\n"
      "  huegrad colorize album/ old.png -o coloured/ --skip-existing\n"
      "  huegrad colorize 'scans/*.png' -o coloured/ --comparison --contact-sheet sheet.jpg\n"
      "  huegrad colorize - -o - < old.jpg > new.png");
  command->callback([flags, &status] { status = colorize_all(*flags); });
}

}  // namespace huegrad
