/**
 * ONNX Runtime reports to Microsoft by itself from 1.29 on (a device's identity, models' names and
 * hashes), unless this stands in the environment before it is loaded: import this first. A
 * station's gateway talks to nobody but its pumps, cameras and cloud. Whoever wants the reports
 * sets it to 0.
 */
process.env['ORT_DISABLE_TELEMETRY'] ??= '1'
