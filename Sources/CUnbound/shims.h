#pragma once
#include <unbound.h>
#include <sys/eventfd.h>
