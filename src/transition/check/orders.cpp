#include "transition/check/orders.h"

#include <algorithm>

namespace tangram::transition::check_parts {
namespace {

std::vector<StepId> steps_of(const std::vector<Move>& moves) {
    std::vector<StepId> steps;
    steps.reserve(moves.size());
    for (const Move& move : moves) steps.push_back(move.step);
    return steps;
}

// By row the columns that are set.
std::vector<std::vector<std::uint32_t>> lists(const BitMatrix& matrix, const ReachGroup& group) {
    std::vector<std::vector<std::uint32_t>> rows(group.sinks.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (std::uint32_t column = 0; column < group.sources.size(); ++column) {
            if (matrix.at(row, column)) rows[row].push_back(column);
        }
    }
    return rows;
}

}  // namespace

void Orders::collect(const Names& names, const Story& story) {
    for (const Serving& serving : story.servings) {
        ServiceMoves& moves = services_[serving.service];
        moves.all.push_back(&serving);
        if (serving.route.valid()) {
            moves.routes.push_back({serving.route, serving.gpu, serving.capacity});
        } else {
            moves.now += serving.capacity;
            moves.present.push_back(&serving);
        }
        if (serving.drain.valid()) {
            moves.drains.push_back({serving.drain, serving.gpu, serving.capacity});
        }
    }
    for (const GpuId gpu : names.gpus.ids()) {
        if (!names.gpus[gpu].ok()) continue;
        if (story.gpus[gpu].acquire.valid()) acquires_.push_back(story.gpus[gpu].acquire);
        if (story.gpus[gpu].release.valid()) releases_.push_back(story.gpus[gpu].release);
    }
}

Orders::Orders(const Dag& dag, const Names& names, const Story& story)
    : place_(dag.size(), 0), by_gpu_(names.gpus.size()), services_(names.services.size()) {
    collect(names, story);
    std::vector<ReachGroup> groups;
    for (const GpuId gpu : names.gpus.ids()) {
        const std::vector<StepId>& steps = story.gpus[gpu].steps;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            place_[steps[i]] = static_cast<std::uint32_t>(i);
        }
        groups.push_back({steps, steps});
    }
    for (const ServiceMoves& moves : services_) {
        groups.push_back({steps_of(moves.routes), steps_of(moves.drains)});
        groups.push_back({steps_of(moves.drains), steps_of(moves.drains)});
    }
    groups.push_back({releases_, acquires_});

    std::vector<BitMatrix> matrices = reach(dag, groups);
    std::size_t g = 0;
    for (BitMatrix& matrix : by_gpu_) matrix = std::move(matrices[g++]);
    for (ServiceMoves& moves : services_) {
        moves.forces = lists(matrices[g], groups[g]);
        moves.earlier = lists(matrices[g + 1], groups[g + 1]);
        g += 2;
    }
    released_ = lists(matrices[g], groups[g]);
}

}  // namespace tangram::transition::check_parts
