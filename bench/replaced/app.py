"""A question-answering API as the project that ragfunction replaces has it: FastAPI, ChromaDB, a whole file as one document,
the best one alone, its model call stubbed (it returns that document, as USE_MOCK_LLM does there). Written for the comparison.

    python -m venv FOLDER && FOLDER/bin/pip install -r bench/replaced/requirements.txt
    FOLDER/bin/python bench/replaced/app.py ingest DOCUMENTS DATABASE
    PORT=8000 FOLDER/bin/python bench/replaced/app.py serve DATABASE

Embeddings come from OLLAMA_HOST (all-minilm); without it, from a stub that costs next to nothing.
"""

import json
import os
import re
import sys
import urllib.request
import zlib
from pathlib import Path

import chromadb


class Embed(chromadb.EmbeddingFunction):
    def __init__(self):
        pass

    def __call__(self, input):
        if host := os.environ.get("OLLAMA_HOST"):
            body = json.dumps({"model": "all-minilm", "input": list(input)}).encode()
            with urllib.request.urlopen(f"{host}/api/embed", body) as response:
                return json.load(response)["embeddings"]
        return [self.stub(text) for text in input]

    @staticmethod
    def stub(text):
        vector = [0.01] * 384
        for word in re.findall(r"\w+", text.lower()):
            vector[zlib.crc32(word.encode()) % 384] += 1.0
        return vector


def open_collection(database):
    client = chromadb.PersistentClient(path=database, settings=chromadb.Settings(anonymized_telemetry=False))
    return client.get_or_create_collection("docs", embedding_function=Embed())


def ingest(documents, database):
    collection = open_collection(database)
    for path in sorted(Path(documents).rglob("*.md")):
        collection.add(documents=[path.read_text()], ids=[str(path.relative_to(documents))])


def serve(database):
    import uvicorn
    from fastapi import FastAPI

    app = FastAPI()
    collection = open_collection(database)

    @app.get("/health")
    def health():
        return "OK"

    @app.get("/query")
    @app.post("/query")
    def query(q: str):
        found = collection.query(query_texts=[q], n_results=1)
        return {"answer": found["documents"][0][0]}

    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8000")), log_level="warning")


if __name__ == "__main__":
    {"ingest": ingest, "serve": serve}[sys.argv[1]](*sys.argv[2:])
