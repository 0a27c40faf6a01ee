#include <chrono>
#include <memory>
#include <utility>

#include "apps/commands.h"
#include "apps/picture_run.h"
#include "core/error.h"

namespace huegrad {

namespace fs = std::filesystem;

namespace {

struct SegmentFlags : PictureFlags {
  bool overlay = false;
};

// The picture, half covered with the colours of its labels; class 0, the background, is left as it is.
Image overlay(const Image& picture, const LabelMap& map) {
  Image result = to_rgb8(picture);
  for (size_t i = 0; i < map.labels.size(); ++i) {
    if (map.labels[i] == 0) continue;
    const std::array<uint8_t, 3> color = voc_color(map.labels[i]);
    for (size_t c = 0; c < 3; ++c)
      result.samples8[3 * i + c] = uint8_t((result.samples8[3 * i + c] + color[c] + 1) / 2);
  }
  return result;
}

// {"person": 0.31, ...}: share of the picture, of the classes that occur.
nlohmann::json class_shares(const LabelMap& map, const std::vector<std::string>& classes) {
  std::vector<int64_t> counts(classes.size());
  for (const uint8_t label : map.labels) ++counts[label];
  nlohmann::json shares = nlohmann::json::object();
  for (size_t c = 0; c < counts.size(); ++c)
    if (counts[c] > 0) shares[classes[c]] = double(counts[c]) / double(map.labels.size());
  return shares;
}

int segment_all(const SegmentFlags& flags) {
  const auto start = std::chrono::steady_clock::now();
  const InputList inputs = find_inputs(flags.inputs, flags.output == "-" ? "" : flags.output);
  const OutputPlan plan(inputs.pictures, flags.output, true);
  if (plan.to_stdout() && (flags.overlay || flags.json || flags.skip_existing))
    throw Error(ErrorKind::usage, "--overlay, --json and --skip-existing need an output other than stdout");
  const auto overlay_path = [&](size_t i) { return with_suffix(plan.output(i), "overlay", ".png"); };
  std::vector<std::vector<fs::path>> files(inputs.pictures.size());
  for (size_t i = 0; i < files.size() && !plan.to_stdout(); ++i) {
    files[i].push_back(plan.output(i));
    if (flags.overlay) files[i].push_back(overlay_path(i));
  }
  plan.check(inputs.pictures, files);

  ColorizeOptions options;
  LoadedModel model = load_model(flags, options.storage);
  if (!model.network.config().semantics)
    throw Error(ErrorKind::usage, "the model has no semantic branch", model.source,
                "Name another with --model");
  options.working_size = parse_working_size(flags.size, model.network.config());
  options.lean = flags.lean;
  Colorizer colorizer(std::move(model.network), options);
  const Finish finish = [&](size_t i, const Image& picture, const Prediction& prediction) -> nlohmann::json {
    const LabelMap map = colorizer.labels(prediction, picture.height, picture.width);
    if (plan.to_stdout()) {
      write_to_stdout(encode_label_png(map));
      return nlohmann::json::object();
    }
    if (flags.overlay) write_image(overlay_path(i), overlay(picture, map));
    write_label_png(plan.output(i), map);
    return {{"output", plan.output(i).string()}, {"classes", class_shares(map, colorizer.classes())}};
  };
  const RunSummary summary = run_pictures(colorizer, inputs, files, flags, finish);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  print_summary("segmented", summary, elapsed.count(), flags);
  return summary.status();
}

}  // namespace

void add_segment(CLI::App& app, int& status) {
  const auto flags = std::make_shared<SegmentFlags>();
  CLI::App* command = app.add_subcommand("segment",
                                         "Write what the network sees where: label maps in the "
                                         "palette of PASCAL VOC");
  flags->add_to(*command);
  command->add_flag("--overlay", flags->overlay, "Also write NAME.overlay.png: labels over the picture");
  command->footer(
      "Examples:\n"
      "  huegrad segment cat.jpg -o cat_labels.png\n"
      "  huegrad segment album/ -o labels/ --overlay --json");
  command->callback([flags, &status] { status = segment_all(*flags); });
}

}  // namespace huegrad
