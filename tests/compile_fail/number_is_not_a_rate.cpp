// expect: conversion from .(int|double). to non-scalar type|no viable conversion from .double.
#include "base/quantity.h"

int main() {
#ifdef MISUSE
    const tangram::Rate rate = 12.5;
#else
    const tangram::Rate rate{12'500};
#endif
    return rate.count() > 0;
}
