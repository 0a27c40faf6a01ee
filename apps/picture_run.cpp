#include "apps/picture_run.h"

#include <sys/resource.h>

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <mutex>
#include <system_error>
#include <thread>

#include "apps/commands.h"
#include "apps/interrupt.h"
#include "apps/progress.h"
#include "core/error.h"
#include "core/files.h"
#include "core/machine.h"
#include "kernels/cuda_context.h"

namespace huegrad {

namespace fs = std::filesystem;

namespace {

std::vector<uint8_t> read_stdin() {
  std::vector<uint8_t> bytes;
  std::vector<uint8_t> block(size_t(1) << 20);
  while (const size_t count = std::fread(block.data(), 1, block.size(), stdin))
    bytes.insert(bytes.end(), block.begin(), block.begin() + std::ptrdiff_t(count));
  return bytes;
}

Image read_picture(const InputPicture& input) {
  return input.path.empty() ? decode_image(read_stdin(), input.name) : read_image(input.path);
}

bool all_exist(const std::vector<fs::path>& files) {
  return !files.empty() &&
         std::all_of(files.begin(), files.end(), [](const fs::path& file) { return fs::exists(file); });
}

void print_line(const nlohmann::json& line) {  // names of files need not be UTF-8
  fmt::print("{}\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

// One run over many pictures, by several threads: each takes the next few, and while one decodes, filters or
// encodes, another has the network. A CUDA device may have the work of all of them in its queue.
class Run {
 public:
  Run(Colorizer& colorizer, const std::vector<InputPicture>& pictures, std::vector<size_t> pending,
      const PictureFlags& flags, const Finish& finish)
      : colorizer_(colorizer),
        pictures_(pictures),
        pending_(std::move(pending)),
        flags_(flags),
        finish_(finish),
        progress_("huegrad", int64_t(pending_.size()), "pictures", flags.quiet) {}

  RunSummary run() {
    std::vector<std::thread> threads;
    const auto jobs = std::min<size_t>(size_t(flags_.jobs), pending_.size());
    try {
      for (size_t i = 1; i < jobs; ++i) threads.emplace_back([this] { work(); });
    } catch (const std::system_error&) {  // no more threads to be had: fewer do the work
    }
    work();
    for (std::thread& thread : threads) thread.join();
    if (fatal_) std::rethrow_exception(fatal_);
    summary_.interrupted = int64_t(pending_.size()) - summary_.done - summary_.failed;
    return summary_;
  }

 private:
  struct Item {
    size_t index;
    Image picture;
    NetworkInput input;
  };

  void work() {
    const auto batch = size_t(flags_.batch);
    while (!stopped_ && !interrupt_.requested()) {
      const size_t first = next_.fetch_add(batch);
      if (first >= pending_.size()) return;
      try {
        batch_of(first, std::min(first + batch, pending_.size()));
      } catch (...) {
        stop(std::current_exception());
      }
    }
  }

  void batch_of(size_t first, size_t last) {
    std::vector<Item> items;
    for (size_t i = first; i < last; ++i)
      attempt(pending_[i], [&] {
        Image picture = read_picture(pictures_[pending_[i]]);
        NetworkInput input = colorizer_.prepare(picture);
        items.push_back({pending_[i], std::move(picture), std::move(input)});
      });
    while (!items.empty()) {  // pictures that the network sees at the same size go together
      const int64_t height = items.back().input.height(), width = items.back().input.width();
      const auto same = std::stable_partition(items.begin(), items.end(), [&](const Item& item) {
        return item.input.height() != height || item.input.width() != width;
      });
      predict_and_finish({std::make_move_iterator(same), std::make_move_iterator(items.end())});
      items.erase(same, items.end());
    }
  }

  void predict_and_finish(std::vector<Item> items) {
    std::vector<NetworkInput> inputs;
    for (Item& item : items) inputs.push_back(std::move(item.input));
    std::vector<Prediction> predictions = colorizer_.predict(inputs);
    inputs.clear();
    for (size_t i = 0; i < items.size(); ++i) {
      attempt(items[i].index, [&] {
        const nlohmann::json results = finish_(items[i].index, items[i].picture, predictions[i]);
        done(items[i].index, results);
      });
      items[i].picture = Image();
      predictions[i] = Prediction();
    }
  }

  // Does one picture's share of the work; a failure is the picture's, unless it is the machine's.
  template <class Work>
  void attempt(size_t index, Work&& work) {
    try {
      work();
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::environment) throw;
      failed(index, error.what());
    } catch (const CudaError&) {
      throw;
    } catch (const std::bad_alloc&) {
      throw Error(ErrorKind::environment, "out of memory", pictures_[index].name,
                  "Use --jobs 1, --batch 1 or a smaller --size");
    } catch (const std::exception& error) {
      failed(index, error.what());
    }
  }

  void done(size_t index, nlohmann::json line) {
    const std::lock_guard lock(mutex_);
    line["input"] = pictures_[index].name;
    line["status"] = "done";
    ++summary_.done;
    print(line);
  }

  void failed(size_t index, const std::string& message) {
    const std::lock_guard lock(mutex_);
    const std::string& name = pictures_[index].name;
    progress_.clear();
    print_error(message.find(name) != std::string::npos ? message : fmt::format("{}: {}", name, message));
    ++summary_.failed;
    print({{"input", name}, {"status", "failed"}, {"error", message}});
  }

  void print(const nlohmann::json& line) {
    if (flags_.json) print_line(line);
    progress_.update(summary_.done + summary_.failed);
  }

  void stop(std::exception_ptr cause) {
    const std::lock_guard lock(mutex_);
    if (!fatal_) fatal_ = std::move(cause);
    stopped_ = true;
  }

  Colorizer& colorizer_;
  const std::vector<InputPicture>& pictures_;
  const std::vector<size_t> pending_;
  const PictureFlags& flags_;
  const Finish& finish_;
  std::atomic<size_t> next_ = 0;
  std::atomic<bool> stopped_ = false;
  std::mutex mutex_;  // guards what follows
  Progress progress_;
  RunSummary summary_;
  Interrupt interrupt_;  // Ctrl-C finishes the pictures in work, so that no result is half-written
  std::exception_ptr fatal_;
};

}  // namespace

void PictureFlags::add_to(CLI::App& command) {
  command.add_option("INPUT", inputs, "Pictures, folders (searched recursively), globs, '-' for stdin")
      ->required();
  command.add_option("-o,--output", output, "A file for one input, a folder, or '-' for stdout (PNG)")
      ->required();
  command.add_option("--model", model, kModelHelp);
  compute.add_to(command);
  command.add_option(
      "--size", size,
      "Shorter side of what the network sees (aspect kept up to 4:1, rounded to multiples of "
      "8; 8..8192), or 'native': the picture's own size. Default: what the model was trained at");
  command.add_option("--batch", batch, "Pictures per network call")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command.add_option("--jobs", jobs, "Pictures in work at once; 1 needs the least memory")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command.add_flag(
      "--lean", lean,
      "On the CPU: transform weights for every picture instead of keeping them transformed; a paper-size "
      "model takes less than half of the memory and a little more time");
  command.add_flag("--skip-existing", skip_existing, "Leave out pictures whose results exist");
  command.add_flag("--quiet", quiet, kQuietHelp);
  command.add_flag("--json", json, fmt::format("{}: an object per picture and line", kJsonHelp));
}

WorkingSize parse_working_size(const std::string& word, const NetworkConfig& config) {
  if (word.empty()) return {.size = config.input_size};
  if (word == "native") return {.fit = WorkingSize::Fit::native};
  size_t used = 0;
  int64_t size = 0;
  try {
    size = std::stoll(word, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  if (used != word.size() || used == 0)
    throw Error(ErrorKind::usage, fmt::format("--size is 'native' or a number, not '{}'", word));
  return {.size = size};
}

LoadedModel load_model(const PictureFlags& flags, DType& storage) {
  const ComputePlace place = flags.compute.choose(flags.quiet || flags.json);
  storage = place.storage;
  return load_model(flags.model, place.device);
}

RunSummary run_pictures(Colorizer& colorizer, const InputList& inputs,
                        const std::vector<std::vector<fs::path>>& files, const PictureFlags& flags,
                        const Finish& finish) {
  for (const std::string& missing : inputs.missing) print_error(missing);
  std::vector<size_t> pending;
  for (size_t i = 0; i < inputs.pictures.size(); ++i) {
    if (!flags.skip_existing || !all_exist(files[i]))
      pending.push_back(i);
    else if (flags.json)
      print_line({{"input", inputs.pictures[i].name}, {"status", "skipped"}});
  }
  const auto skipped = int64_t(inputs.pictures.size() - pending.size());
  RunSummary summary;
  if (!pending.empty()) summary = Run(colorizer, inputs.pictures, std::move(pending), flags, finish).run();
  summary.skipped = skipped;
  summary.device = colorizer.device();
  if (summary.interrupted > 0)
    print_error(fmt::format("interrupted; {} of {} pictures are left. --skip-existing continues",
                            summary.interrupted, inputs.pictures.size()));
  summary.failed += int64_t(inputs.missing.size());
  return summary;
}

void write_to_stdout(std::span<const uint8_t> bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() || std::fflush(stdout) != 0)
    throw Error(ErrorKind::environment, "cannot write all of the picture", "stdout", "Is the disk full?");
}

namespace {

// Bytes of memory that this process has had at most.
int64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return int64_t(usage.ru_maxrss) << 10;
}

}  // namespace

void print_summary(std::string_view verb, const RunSummary& summary, double seconds,
                   const PictureFlags& flags) {
  if (flags.quiet || flags.json || flags.output == "-") return;
  std::string text =
      fmt::format("{} {} picture{} in {} ({})", verb, summary.done, summary.done == 1 ? "" : "s",
                  format_duration(seconds), machine_name(summary.device));
  text += fmt::format(", peak memory {} MiB", peak_memory() >> 20);
  if (summary.skipped > 0) text += fmt::format(", left out {} that exist", summary.skipped);
  if (summary.failed > 0) text += fmt::format(", {} failed", summary.failed);
  fmt::print("{} -> {}\n", text, flags.output);
}

}  // namespace huegrad
