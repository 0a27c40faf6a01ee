// huegrad prepare: a data set in, a pack out.
#include "data/prepare.h"

#include <fmt/core.h>

#include <memory>

#include "apps/commands.h"
#include "apps/inputs.h"
#include "apps/interrupt.h"
#include "apps/progress.h"
#include "core/error.h"
#include "kernels/parallel.h"

namespace huegrad {
namespace {

struct Flags {
  std::string kind, root, output, split = "train", labels = "SegmentationClass";
  PrepareOptions options{.jobs = thread_count()};
  bool quiet = false;
};

Dataset list_dataset(const Flags& flags) {
  if (flags.kind == "voc") return list_voc(flags.root, flags.split, flags.labels);
  if (flags.kind == "coco-stuff") return list_coco_stuff(flags.root, flags.split);
  return list_folder(flags.root);
}

int prepare(const Flags& flags) {
  const Dataset dataset = list_dataset(flags);
  std::vector<std::filesystem::path> inputs;
  for (const Example& example : dataset.examples)
    for (const auto& path : {example.image, example.labels})
      if (!path.empty()) inputs.push_back(path);
  check_not_input(flags.output, inputs);
  const auto total = int64_t(dataset.examples.size());
  Progress bar("prepare", total, "images", flags.quiet);
  const Interrupt interrupt;
  const PrepareReport report =
      prepare_pack(dataset, flags.output, flags.options, [&](int64_t done, const std::string& failure) {
        if (!failure.empty()) {
          bar.clear();
          print_error(failure);
        }
        bar.update(done);
        return !interrupt.requested();
      });
  bar.clear();
  if (!report.written) {
    print_error(fmt::format("interrupted; no pack was written ({})", flags.output));
    return 1;
  }
  if (!flags.quiet)
    fmt::print(stderr, "{}: {} pictures, {} classes{}\n", flags.output, report.pictures,
               dataset.classes.size(),
               report.failures ? fmt::format("; {} left out", report.failures) : std::string());
  return report.failures ? 1 : 0;
}

}  // namespace

void add_prepare(CLI::App& app, int& status) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("prepare", "Pack a data set into one file to train on");
  command->add_option("KIND", flags->kind, "Layout of the data set")
      ->required()
      ->check(CLI::IsMember({"voc", "coco-stuff", "folder"}));
  command->add_option("ROOT", flags->root, "Folder of the data set")->required();
  command->add_option("-o,--output", flags->output, "The pack to write")->required();
  const auto* split =
      command->add_option("--split", flags->split, "Which list of pictures to pack")->capture_default_str();
  command->add_option("--size", flags->options.size, "Shorter side of the packed pictures (8..4096)")
      ->capture_default_str();
  const auto* labels =
      command->add_option("--labels", flags->labels, "voc: folder of the label maps, or 'none'")
          ->capture_default_str();
  command
      ->add_option("--label-weight", flags->options.label_weight,
                   "Confidence in the labels, above 0, up to 1; below 1 for labels that a machine made")
      ->capture_default_str();
  command->add_option("--jobs", flags->options.jobs, "Pictures in work at once (1..1024)")
      ->capture_default_str();
  command->add_flag("--quiet", flags->quiet, kQuietHelp);
  command->footer(
      "Examples:\n"
      "  huegrad prepare voc VOC2012/ --split train -o voc_train.pack\n"
      "  huegrad prepare coco-stuff coco/ --split val -o coco_val.pack --size 224\n"
      "  huegrad prepare folder photographs/ -o photographs.pack");
  command->callback([=, &status] {
    if (flags->kind != "voc" && labels->count() > 0)
      throw Error(ErrorKind::usage, "[prepare] --labels is for voc data sets only");
    if (flags->kind == "folder" && split->count() > 0)
      throw Error(ErrorKind::usage, "[prepare] a plain folder has no splits");
    status = prepare(*flags);
  });
}

}  // namespace huegrad
