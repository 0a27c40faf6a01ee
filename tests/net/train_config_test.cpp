#include "net/train_config.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/error.h"

namespace huegrad {

using nlohmann::json;

TEST_CASE("training options survive the way through JSON") {
  TrainConfig config;
  config.preset = "tiny";
  config.data = {"a.pack", "b.pack"};
  config.data_weights = {1, 0.5};
  config.oversample_classes = 0.1;
  config.learning_rate = 1.25e-3;
  config.rebalance = false;
  config.seed = uint64_t(1) << 63;
  const json document = to_json(config);
  CHECK(to_json(train_config_from_json(json::parse(document.dump()))) == document);
  CHECK(train_config_from_json(document).seed == uint64_t(1) << 63);
}

TEST_CASE("training options are set by name") {
  TrainConfig config;
  set_field(config, "learning_rate=0.5");
  set_field(config, "optimizer=sgd");
  set_field(config, "rebalance=false");
  set_field(config, "batch=4");
  set_field(config, "data=[\"x.pack\"]");
  CHECK(config.learning_rate == 0.5);
  CHECK(config.optimizer == "sgd");
  CHECK_FALSE(config.rebalance);
  CHECK(config.batch == 4);
  CHECK(config.data == std::vector<std::string>{"x.pack"});
}

TEST_CASE("training options that cannot be are refused by name") {
  const auto refused = [](const char* assignment, const char* message) {
    TrainConfig config;
    CAPTURE(assignment);
    CHECK_THROWS_WITH_AS(set_field(config, assignment), doctest::Contains(message), Error);
  };
  refused("learning_rate=fast", "\"learning_rate\" wants a number");
  refused("learning_rate=-1", "\"learning_rate\" must be at least 0, not -1");
  refused("learning_rate=1e999", "\"learning_rate\"");
  refused("batch=0", "\"batch\" must be in 1 .. 65536, not 0");
  refused("batch=2.5", "\"batch\" wants a whole number");
  refused("crop=100", "\"crop\" must be a multiple of 8");
  refused("rebalance=1", "\"rebalance\" wants true or false");
  refused("optimizer=lion", "Choose adam, adamw, sgd");
  refused("loss_normalization=3", "Choose caffe, mean");
  refused("data=x", "\"data\" wants a list");
  refused("data_weights=[-1]", "\"data_weights\"");
  refused("colour=1", "\"colour\" does not exist");
  refused("=1", "is not key=value");
  refused("batch", "is not key=value");
  CHECK_THROWS_AS(train_config_from_json(json::array()), Error);
}

TEST_CASE("a resumed run may be longer, but not another run") {
  const TrainConfig saved;
  TrainConfig asked;
  asked.epochs = 100;
  asked.max_minutes = 3;
  asked.log_every = 1;
  asked.val = {"other.pack"};
  CHECK_NOTHROW(check_resumable(saved, asked));
  asked.batch = 4;
  CHECK_THROWS_WITH_AS(check_resumable(saved, asked),
                       doctest::Contains("\"batch\" is 4 now, the run was started with 16"), Error);
}

}  // namespace huegrad
