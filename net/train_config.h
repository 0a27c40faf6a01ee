// Everything that decides what a training run computes. The same names are the fields of RUN/config.json and
// the keys of `huegrad train --set key=value`; same configuration, data and thread count give the same bits.
#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace huegrad {

struct TrainConfig {
  std::string preset = "voc";  // network: name of a preset, or path of a JSON file with its fields
  bool semantics = true;       // false: without the semantic branch, as the preset zhang is
  std::string initial_model;   // model file to start from, as wide or narrower (net/widen.h); empty: fresh
  std::string initialization = "measured";  // fresh weights: measured | he (net/initialize.h)
  std::vector<std::string> data;            // packs to train on
  std::vector<double> data_weights;         // how many times an epoch shows each pack; empty: once
  double oversample_classes = 0;  // show pictures of classes that fewer than this share of them have oftener
  double oversample_colors = 0;   // show pictures by this power of their chroma (data/picture_weights.h)
  std::vector<std::string> val;   // packs to validate on; may be empty

  // Objective: L = lambda_color * Lc + lambda_semantic * Ls (paper, Eq. 3). net/joint_loss.h has the two
  // normalizations.
  double lambda_color = 1, lambda_semantic = 100;
  std::string loss_normalization = "mean";  // caffe | mean
  std::string class_weights = "median";     // none | median | enet: balance the semantic classes
  bool rebalance = true;                    // weigh pixels by the rarity of their colour
  double rebalance_lambda = 0.5, rebalance_alpha = 1;
  int64_t neighbours = 5;  // ab bins that share a true colour

  std::string optimizer = "adamw";   // adam | adamw | sgd
  double learning_rate = 5e-4;       // batches of 64 bear 1e-3
  double beta1 = 0.9, beta2 = 0.99;  // adam, adamw
  double momentum = 0.9;             // sgd
  double weight_decay = 0.02;        // adamw: decoupled; adam, sgd: L2. On weights only
  double clip_norm = 5;              // longest gradient; 0: any length
  std::string schedule = "cosine";   // constant | step | poly | cosine
  int64_t warmup_steps = 200;        // linear, from zero
  int64_t schedule_step = 225000;    // step: steps between drops
  double schedule_factor = 0.1;      // step: what a drop multiplies by
  double schedule_power = 0.9;       // poly
  double ema_decay = 0.999;          // moving average of the weights; validation and best model use it

  int64_t batch = 16;
  int64_t crop = 128;            // pixels, a multiple of 8
  double lightness_jitter = 5;   // largest random shift of the input's L, 0..50
  double contrast_jitter = 0.1;  // largest random change of the input's contrast
  // The run ends, and the learning rate reaches its end, at the first limit that is not 0.
  int64_t epochs = 0;
  int64_t max_steps = 0;
  double max_minutes = 0;  // by the clock, at the price of exact repeatability
  uint64_t seed = 1;

  int64_t log_every = 20;           // steps
  int64_t validate_every = 1;       // epochs; the last one always
  double checkpoint_minutes = 5;    // between checkpoints within an epoch
  int64_t checkpoint_steps = 0;     // the same in steps; 0: by time only
  int64_t validation_pictures = 0;  // the first so many; 0: all
  int64_t sample_pictures = 8;      // of samples/epoch_NNN.png; 0: no samples
  bool half = false;                // best.safetensors holds its weights in float16, at half the size
};

// Throws Error(usage) naming a field that is unknown, of the wrong type or out of range. Fields that `json`
// leaves out keep the value of `base`.
TrainConfig train_config_from_json(const nlohmann::json& json, const TrainConfig& base = {});
nlohmann::json to_json(const TrainConfig& config);

// "key=value", as on the command line. Throws Error(usage).
void set_field(TrainConfig& config, std::string_view assignment);

// Throws Error(usage) naming the first field in which `asked` differs from `saved` and that a resumed run
// cannot change. Lengths, logging, checkpoints and validation may change.
void check_resumable(const TrainConfig& saved, const TrainConfig& asked);

}  // namespace huegrad
