#include "net/run_log.h"

#include <doctest/doctest.h>

#include "core/error.h"
#include "core/files.h"
#include "tests/support/command.h"

namespace huegrad {

using nlohmann::json;

TEST_CASE("run_log: a line cut short is left out") {
  const test::TemporaryFolder folder;
  write_file(folder / "log.jsonl", R"({"event":"start","step":0}
{"event":"step","step":10,"color":4.5}
[1]
{"event":"step","step":20,"col)");
  const std::vector<json> log = read_run_log(folder / "log.jsonl");
  REQUIRE(log.size() == 2);
  CHECK(log[1].at("color") == 4.5);
  CHECK_THROWS_AS(read_run_log(folder / "none.jsonl"), Error);
}

TEST_CASE("run_log: curves hold the numbers of one kind of event") {
  const std::vector<json> log = {{{"event", "step"}, {"step", 10}, {"color", 4.5}},
                                 {{"event", "step"}, {"step", 20}, {"color", nullptr}},
                                 {{"event", "epoch"}, {"step", 20}, {"color", 9}},
                                 {{"event", "step"}, {"step", 30}, {"color", 4}}};
  const std::vector<Point> curve = read_curve(log, "step", "/color");
  REQUIRE(curve.size() == 2);
  CHECK(curve[1].x == 30);
  CHECK(curve[1].y == 4);
  CHECK(read_curve(log, "epoch", "/validation/psnr").empty());
}

TEST_CASE("run_log: lists are those of the latest event that has one, of one type or none") {
  const std::vector<json> log = {
      {{"prior", {0.5, 0.25}}}, {{"prior", {1, 2, 3}}}, {{"prior", {"text"}}}, {{"step", 4}}};
  CHECK(latest_list<double>(log, "prior") == std::vector<double>{1, 2, 3});
  CHECK(latest_list<std::string>(log, "prior") == std::vector<std::string>{"text"});
  CHECK(latest_list<double>(log, "step").empty());
  CHECK(find_list<int64_t>({}, "prior").empty());
}

TEST_CASE("run_log: the best epoch has the least balanced cross-entropy, the first of equals") {
  const auto epoch = [](int number, const json& measure) {
    return json{{"event", "epoch"}, {"epoch", number}, {"validation", {{"balanced_cross_entropy", measure}}}};
  };
  const std::vector<json> log = {
      epoch(1, 4), epoch(2, 3), {{"event", "step"}, {"epoch", 9}}, epoch(3, 3), epoch(4, nullptr)};
  CHECK(epochs_of(log).size() == 4);
  CHECK(best_epoch(epochs_of(log)).at("epoch") == 2);
  CHECK(best_epoch({epoch(1, nullptr)}).is_null());
  CHECK(greatest_number(log, "/epoch") == 9);
  CHECK(greatest_number(log, "/seconds") == 0);
}

TEST_CASE("run_log: scalars of steps and epochs, without counts and without semantics that were not seen") {
  const auto tags = [](const json& event) {
    std::vector<std::string> names;
    for (const Scalar& scalar : scalars_of(event)) names.push_back(scalar.tag);
    return names;
  };
  using Names = std::vector<std::string>;
  CHECK(tags({{"event", "start"}, {"step", 0}, {"threads", 2}}) == Names{});
  CHECK(tags({{"event", "epoch"}, {"step", 5}, {"epoch", 1}}) == Names{});
  CHECK(tags({{"event", "step"}, {"step", 5}, {"seconds", 1.5}, {"loss", 2}}) == Names{"train/loss"});
  json epoch = {{"event", "epoch"},
                {"step", 5},
                {"validation", {{"psnr", 24.5}, {"mean_iou", 0}, {"labelled_pixels", 0}, {"pictures", 4}}}};
  CHECK(tags(epoch) == Names{"validation/psnr"});
  epoch["validation"]["labelled_pixels"] = 9;
  CHECK(tags(epoch) == Names{"validation/mean_iou", "validation/psnr"});
}

}  // namespace huegrad
