#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "apps/commands.h"
#include "apps/device_options.h"
#include "apps/inputs.h"
#include "apps/progress.h"
#include "core/error.h"
#include "core/files.h"
#include "net/evaluation.h"
#include "net/model_file.h"

namespace huegrad {
namespace {

struct EvaluateFlags {
  std::string model, model_without_semantics, protocol = "bmvc18", report;
  std::vector<std::string> data;
  DeviceOptions compute;
  ComputePlace place;  // what `compute` comes to
  int64_t limit = 0;
  double temperature = 0.38;
  bool ablation = false, json = false, quiet = false;
};

// One line of the table: measured by a method, or the reason why it is not.
struct Row {
  std::string name;
  int method = -1;  // index; -1: not measured
  std::string reason;
  double paper_psnr = 0;  // Table 1 of the paper; 0: not in it
};

// Models stay in one place while their colorizers are in use.
struct Candidate {
  LoadedModel model;
  std::unique_ptr<Colorizer> colorizer;
};

Candidate load_candidate(const EvaluateFlags& flags, const std::string& path, const Protocol& protocol) {
  Candidate candidate{load_model(path, flags.place.device), nullptr};
  ColorizeOptions options;
  options.storage = flags.place.storage;
  options.temperature = flags.temperature;
  options.working_size = working_size(protocol, candidate.model.network.config().input_size);
  candidate.colorizer = std::make_unique<Colorizer>(candidate.model.network, options);
  return candidate;
}

class Report {
 public:
  Report(const EvaluateFlags& flags, Candidate& model, Candidate* without_semantics) {
    add({"grey picture", -1, "", 0}, Method{"grey picture", nullptr, false});
    if (!flags.ablation) {
      add({"coloured", -1, "", 0}, Method{"coloured", model.colorizer.get(), true});
      return;
    }
    const bool has_semantics = model.model.network.config().semantics;
    Candidate* plain = without_semantics ? without_semantics : has_semantics ? nullptr : &model;
    const std::string no_plain = "needs --model-without-semantics: a model trained without the branch";
    const std::string no_semantics = "the model has no semantic branch";
    add_ablation("without semantics or JBU", plain, false, 22.7, no_plain);
    add_ablation("only with semantics", has_semantics ? &model : nullptr, false, 22.3, no_semantics);
    add_ablation("with semantics and JBU", has_semantics ? &model : nullptr, true, 22.0, no_semantics);
  }

  const std::vector<Method>& methods() const { return methods_; }
  const std::vector<Row>& rows() const { return rows_; }

 private:
  void add(Row row, const Method& method) {
    row.method = int(methods_.size());
    rows_.push_back(std::move(row));
    methods_.push_back(method);
  }

  void add_ablation(const std::string& name, Candidate* candidate, bool jbu, double paper,
                    const std::string& reason) {
    if (candidate)
      add({name, -1, "", paper}, Method{name, candidate->colorizer.get(), jbu});
    else
      rows_.push_back({name, -1, reason, paper});
  }

  std::vector<Row> rows_;
  std::vector<Method> methods_;
};

nlohmann::json to_json(const Row& row, const EvaluationResult& result) {
  nlohmann::json json = {{"name", row.name}};
  if (row.paper_psnr > 0) json["paper_psnr"] = row.paper_psnr;
  if (row.method < 0) {
    json["not_measured"] = row.reason;
    return json;
  }
  const ColorFigures& figures = result.figures[size_t(row.method)];
  json.update({{"psnr", figures.psnr},
               {"ssim", figures.ssim},
               {"auc", figures.auc},
               {"balanced_auc", figures.balanced_auc},
               {"colorfulness", figures.colorfulness}});
  return json;
}

nlohmann::json semantics_json(const EvaluationResult& result, const std::vector<std::string>& classes) {
  if (!result.confusion || result.confusion->pixels() == 0) return nullptr;
  const ClassCounts& matrix = *result.confusion;
  nlohmann::json iou = nlohmann::json::object();
  const std::vector<double> by_class = matrix.iou();
  for (size_t c = 0; c < classes.size(); ++c)
    if (!std::isnan(by_class[c])) iou[classes[c]] = by_class[c];
  return {{"mean_iou", matrix.mean_iou()},
          {"mean_accuracy", matrix.mean_accuracy()},
          {"pixel_accuracy", matrix.pixel_accuracy()},
          {"frequency_weighted_iou", matrix.frequency_weighted_iou()},
          {"pixels", matrix.pixels()},
          {"iou", iou}};
}

void print_rows(const std::vector<Row>& rows, const EvaluationResult& result, bool with_paper) {
  fmt::print("{:<26}{:>9}{:>8}{:>9}{:>15}{:>15}{}\n", "", "PSNR dB", "SSIM", "AuC %", "AuC balanced %",
             "colourfulness", with_paper ? "  PSNR in the paper" : "");
  for (const Row& row : rows) {
    if (row.method < 0) {
      fmt::print("{:<26}{:>9}   ({})\n", row.name, "-", row.reason);
      continue;
    }
    const ColorFigures& f = result.figures[size_t(row.method)];
    const std::string paper = row.paper_psnr > 0 ? fmt::format("{:>19.1f}", row.paper_psnr) : "";
    fmt::print("{:<26}{:>9.2f}{:>8.4f}{:>9.2f}{:>15.2f}{:>15.2f}{}\n", row.name, f.psnr, f.ssim, 100 * f.auc,
               100 * f.balanced_auc, f.colorfulness, paper);
  }
  fmt::print("{:<26}{:>9}{:>8}{:>9}{:>15}{:>15.2f}\n", "original", "", "", "", "",
             result.original_colorfulness);
}

void print_semantics(const EvaluationResult& result, const std::string& why_not) {
  if (!result.confusion || result.confusion->pixels() == 0) {
    fmt::print("labels: not measured ({})\n", why_not);
    return;
  }
  const ClassCounts& matrix = *result.confusion;
  fmt::print(
      "labels: mean IoU {:.2f} %, mean accuracy {:.2f} %, pixel accuracy {:.2f} %, frequency-weighted "
      "IoU {:.2f} % ({} pixels)\n",
      100 * matrix.mean_iou(), 100 * matrix.mean_accuracy(), 100 * matrix.pixel_accuracy(),
      100 * matrix.frequency_weighted_iou(), matrix.pixels());
}

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

nlohmann::json to_json(const EvaluateFlags& flags, const Protocol& protocol, const std::string& model,
                       const Report& report, const EvaluationResult& result,
                       const std::vector<std::string>& classes) {
  nlohmann::json json = {{"protocol", protocol.name},
                         {"protocol_description", protocol.description},
                         {"pictures", result.pictures},
                         {"data", flags.data},
                         {"model", model},
                         {"temperature", flags.temperature},
                         {"original_colorfulness", result.original_colorfulness},
                         {"rows", nlohmann::json::array()},
                         {"semantics", semantics_json(result, classes)}};
  for (const Row& row : report.rows()) json["rows"].push_back(to_json(row, result));
  return json;
}

int evaluate_model(EvaluateFlags& flags) {
  const Protocol protocol = find_protocol(flags.protocol);
  check_not_input(flags.report, {flags.data.begin(), flags.data.end()});
  const Data data = open_data(flags);
  flags.place = flags.compute.choose(flags.quiet || flags.json);
  Candidate model = load_candidate(flags, flags.model, protocol);
  const std::unique_ptr<Candidate> plain = load_plain(flags, protocol);
  const Report report(flags, model, plain.get());
  Progress progress("evaluate", data.pictures, "pictures", flags.quiet || flags.json);
  EvaluationResult result = evaluate(report.methods(), data.packs, protocol, flags.limit,
                                     [&](int64_t done) { progress.update(done); });
  progress.clear();
  if (data.classes != model.colorizer->classes()) result.confusion.reset();

  const nlohmann::json json = to_json(flags, protocol, model.model.source, report, result, data.classes);
  if (!flags.report.empty()) write_json(flags.report, json);
  if (flags.json) {
    fmt::print("{}\n", json.dump(2));
  } else if (!flags.quiet) {
    fmt::print("protocol {}: {}; {} pictures; model {}\n", protocol.name, protocol.description,
               result.pictures, model.model.source);
    print_rows(report.rows(), result, flags.ablation);
    print_semantics(result, why_no_labels(data.classes, *model.colorizer));
  }
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
  command->add_flag("--ablation", flags->ablation, "The rows of the paper's Table 1");
  command->add_option("--protocol", flags->protocol, "bmvc18: whole pictures; zhang16: 256x256")
      ->capture_default_str();
  command
      ->add_option("--temperature", flags->temperature,
                   "Towards 0: vivid; 1: the safe mean colour (0.01..100)")
      ->capture_default_str();
  command->add_option("--limit", flags->limit, "Only the first N pictures; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  flags->compute.add_to(*command);
  command->add_option("--report", flags->report, "Also write the figures to this JSON file");
  command->add_flag("--json", flags->json, kJsonHelp);
  command->add_flag("--quiet", flags->quiet, kQuietHelp);
  command->footer(
      "Examples:\n"
      "  huegrad evaluate --data voc_val.pack\n"
      "  huegrad evaluate --data voc_val.pack --model runs/voc/best.safetensors --ablation --report "
      "report.json\n"
      "  huegrad evaluate --data photographs.pack --protocol zhang16 --limit 100 --json");
  command->callback([flags, &status] { status = evaluate_model(*flags); });
}

}  // namespace huegrad
