#pragma once

/// What the process ends with at a signal that nobody has asked to hear of yet.
enum { early_signal_status = 130 };
