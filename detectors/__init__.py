"""From frames to tracks: letterbox, batches, ONNX sessions, NMS, tracking."""
