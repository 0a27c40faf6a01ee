#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "apps/color_options.h"
#include "apps/commands.h"
#include "apps/device_options.h"
#include "apps/evaluation_report.h"
#include "apps/inputs.h"
#include "apps/progress.h"
#include "core/error.h"
#include "core/files.h"
#include "core/machine.h"
#include "net/evaluation.h"
#include "net/model_file.h"
#include "net/run_time.h"
#include "net/summary.h"

namespace huegrad {
namespace {

struct EvaluateFlags {
  std::string model, model_without_semantics, protocol = "bmvc18", report;
  std::vector<std::string> data;
  DeviceOptions compute;
  ComputePlace place;  // what `compute` comes to
  int64_t limit = 0, resamples = 1000;
  uint64_t seed = 0;
  ColorizeOptions options;
  bool ablation = false, edges = false, json = false, quiet = false;
};

// Models stay in one place while their colorizers are in use.
struct Candidate {
  LoadedModel model;
  std::unique_ptr<Colorizer> colorizer;
};

Candidate load_candidate(const EvaluateFlags& flags, const std::string& path, const Protocol& protocol) {
  Candidate candidate{load_model(path, flags.place.device), nullptr};
  ColorizeOptions options = flags.options;
  options.storage = flags.place.storage;
  options.working_size = working_size(protocol, candidate.model.network.config().input_size);
  candidate.colorizer = std::make_unique<Colorizer>(candidate.model.network, options);
  return candidate;
}

// The rows of a report and the methods that are measured for them.
class Rows {
 public:
  Rows(const EvaluateFlags& flags, Candidate& model, Candidate* without_semantics) {
    add("grey picture", nullptr, Upsampling::bilinear);
    if (flags.ablation)
      add_ablation(model, without_semantics);
    else if (flags.edges)
      add_upsamplings(model);
    else
      add("coloured", &model, Upsampling::jbu, rows_[0].method);
  }

  const std::vector<Method>& methods() const { return methods_; }
  const std::vector<ReportRow>& rows() const { return rows_; }

 private:
  int add(const std::string& name, Candidate* candidate, Upsampling upsampling, int compared_with = -1) {
    const int method = int(methods_.size());
    methods_.push_back({name, candidate ? candidate->colorizer.get() : nullptr, upsampling});
    rows_.push_back({.name = name, .method = method, .compared_with = compared_with});
    return method;
  }

  void add_upsamplings(Candidate& model) {
    const int first = add("bilinear", &model, Upsampling::bilinear);
    add("bicubic", &model, Upsampling::bicubic, first);
    add("joint bilateral", &model, Upsampling::jbu, first);
  }

  // Table 1 of the paper.
  void add_ablation(Candidate& model, Candidate* without_semantics) {
    const bool has_semantics = model.model.network.config().semantics;
    Candidate* plain = without_semantics ? without_semantics : has_semantics ? nullptr : &model;
    Candidate* full = has_semantics ? &model : nullptr;
    const std::string no_semantics = "the model has no semantic branch";
    int last = -1;
    const auto add_row = [&](const std::string& name, Candidate* candidate, Upsampling upsampling,
                             double paper_psnr, const std::string& reason) {
      if (candidate)
        last = add(name, candidate, upsampling, last);
      else
        rows_.push_back({.name = name, .reason = reason});
      rows_.back().paper_psnr = paper_psnr;
    };
    add_row("without semantics or JBU", plain, Upsampling::bilinear, 22.7,
            "needs --model-without-semantics: a model trained without the branch");
    add_row("only with semantics", full, Upsampling::bilinear, 22.3, no_semantics);
    add_row("with semantics and JBU", full, Upsampling::jbu, 22.0, no_semantics);
  }

  std::vector<ReportRow> rows_;
  std::vector<Method> methods_;
};

// Labels can only be compared when data and model mean the same by them.
std::string why_no_labels(const std::vector<std::string>& classes, const Colorizer& colorizer) {
  if (colorizer.classes().empty()) return "the model has no semantic branch";
  if (classes.empty()) return "the data has no labels";
  return classes == colorizer.classes() ? "no labelled pixel" : "the data's classes are not the model's";
}

struct Data {
  std::vector<std::unique_ptr<Pack>> packs;
  std::vector<std::string> classes;
  int64_t pictures = 0;
};

Data open_data(const EvaluateFlags& flags) {
  Data data;
  std::vector<PackMetadata> metadata;
  for (const std::string& path : flags.data) {
    data.packs.push_back(std::make_unique<Pack>(path));
    data.packs.back()->verify();
    metadata.push_back(data.packs.back()->metadata());
    data.pictures += data.packs.back()->size();
  }
  if (flags.limit > 0) data.pictures = std::min(data.pictures, flags.limit);
  data.classes = common_classes(metadata);
  return data;
}

std::unique_ptr<Candidate> load_plain(const EvaluateFlags& flags, const Protocol& protocol) {
  if (flags.model_without_semantics.empty()) return nullptr;
  auto plain = std::make_unique<Candidate>(load_candidate(flags, flags.model_without_semantics, protocol));
  if (plain->model.network.config().semantics)
    throw Error(ErrorKind::usage, "this model has a semantic branch", plain->model.source,
                "--model-without-semantics takes one trained without it");
  return plain;
}

// What the paper states of its model in section 3.1, for this one.
ModelCost measure_cost(const EvaluateFlags& flags, Candidate& model, const Pack& pack,
                       const Protocol& protocol) {
  const NetworkConfig& config = model.model.network.config();
  const Image picture = fitted_picture(protocol, pack.picture(0));
  ModelCost cost{.float32_megabytes = summarize(config, 1, 8, 8).megabytes(),
                 .stored_megabytes = 1e-6 * double(model.model.file_bytes),
                 .time = measure_run_time(*model.colorizer, flags.place.device, picture),
                 .height = picture.height,
                 .width = picture.width,
                 .machine = machine_name(flags.place.device),
                 .precision = flags.compute.precision_on(flags.place)};
  const nlohmann::json& provenance = model.model.provenance;
  if (!provenance.is_object()) return cost;
  cost.training_rate = provenance.value("images_per_second", 0.0);
  cost.training_machine = provenance.value("machine", "");
  return cost;
}

EvaluationReport measure(EvaluateFlags& flags) {
  EvaluationReport report{.protocol = find_protocol(flags.protocol), .data = flags.data};
  check_not_input(flags.report, {flags.data.begin(), flags.data.end()});
  const Data data = open_data(flags);
  flags.place = flags.compute.choose(flags.quiet || flags.json);
  Candidate model = load_candidate(flags, flags.model, report.protocol);
  const std::unique_ptr<Candidate> plain = load_plain(flags, report.protocol);
  const Rows rows(flags, model, plain.get());
  Progress progress("evaluate", data.pictures, "pictures", flags.quiet || flags.json);
  report.result = evaluate(rows.methods(), data.packs, report.protocol,
                           {.limit = flags.limit, .bootstrap = {flags.resamples, flags.seed}},
                           [&](int64_t done) { progress.update(done); });
  if (flags.ablation) report.cost = measure_cost(flags, model, *data.packs.front(), report.protocol);
  progress.clear();
  report.rows = rows.rows();
  report.model = model.model.source;
  report.options = flags.options;
  report.resamples = flags.resamples;
  report.seed = flags.seed;
  report.columns = flags.edges ? ReportColumns::edges : ReportColumns::colors;
  report.classes = data.classes;
  report.no_labels = why_no_labels(data.classes, *model.colorizer);
  return report;
}

int evaluate_model(EvaluateFlags& flags) {
  const EvaluationReport report = measure(flags);
  const nlohmann::json json = to_json(report);
  if (!flags.report.empty()) write_json(flags.report, json);
  if (flags.json)
    fmt::print("{}\n", json.dump(2));
  else if (!flags.quiet)
    fmt::print("{}", to_text(report));
  return 0;
}

}  // namespace

void add_evaluate(CLI::App& app, int& status) {
  const auto flags = std::make_shared<EvaluateFlags>();
  CLI::App* command = app.add_subcommand("evaluate",
                                         "Measure a model on a pack: colours against the originals, labels "
                                         "against the true ones");
  command->add_option("--data", flags->data, "Packs made by 'huegrad prepare', separated by commas")
      ->required()
      ->delimiter(',');
  command->add_option("--model", flags->model, kModelHelp);
  command->add_option("--model-without-semantics", flags->model_without_semantics,
                      "Model of the first row of --ablation");
  auto* ablation = command->add_flag("--ablation", flags->ablation,
                                     "The rows of the paper's Table 1, with model size and times");
  command
      ->add_flag("--edges", flags->edges,
                 "Whether colours end where objects do, by bilinear, bicubic and joint bilateral upsampling")
      ->excludes(ablation);
  std::string protocol_help;
  for (const Protocol& protocol : protocols())
    protocol_help += (protocol_help.empty() ? "" : "\n") + protocol.name + ": " + protocol.description;
  command->add_option("--protocol", flags->protocol, protocol_help)->capture_default_str();
  add_color_options(*command, flags->options);
  command->add_option("--limit", flags->limit, "Only the first N pictures; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command
      ->add_option("--resamples", flags->resamples,
                   "Bootstrap resamples of the pictures, for the 95 % intervals")
      ->check(CLI::Range(10, 1000000))
      ->capture_default_str();
  command->add_option("--seed", flags->seed, "Of the resamples")->capture_default_str();
  flags->compute.add_to(*command);
  command->add_option("--report", flags->report, "Also write the figures to this JSON file");
  command->add_flag("--json", flags->json, kJsonHelp);
  command->add_flag("--quiet", flags->quiet, kQuietHelp);
  command->footer(
      "Examples:\n"
      "  huegrad evaluate --data voc_val.pack\n"
      "  huegrad evaluate --data voc_val.pack --model runs/voc/best.safetensors \\\n"
      "    --model-without-semantics runs/zhang/best.safetensors --ablation --report report.json\n"
      "  huegrad evaluate --data voc_val.pack --edges\n"
      "  huegrad evaluate --data photographs.pack --protocol zhang16 --limit 100 --json");
  command->callback([flags, &status] { status = evaluate_model(*flags); });
}

}  // namespace huegrad
