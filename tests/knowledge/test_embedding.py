from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding import BuiltinEmbedder, SentenceTransformerEmbedder
from knowledge.errors import KnowledgeError


def test_built_in_vectors_have_length_one_and_no_text_gives_none_that_poisons() -> None:
    vectors = BuiltinEmbedder().embed_chunks(["怎么开发票", "reset my password", "", "？！"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.isfinite(vectors).all()


def test_the_built_in_embedder_sees_shared_words_and_typing_errors() -> None:
    embedder = BuiltinEmbedder()
    asked = embedder.embed_query("发票怎么开")
    same, other = embedder.embed_chunks(["怎么开发票？", "快递多久到？"])
    assert asked @ same > 0.6 > 0.3 > asked @ other
    assert embedder.embed_query("pasword") @ embedder.embed_query("password") > 0.2


def test_a_model_folder_that_is_not_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="no such model folder"):
        SentenceTransformerEmbedder(tmp_path / "embedder")


def test_a_damaged_model_is_told_when_the_first_text_comes(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(KnowledgeError, match="pull the model again"):
        SentenceTransformerEmbedder(tmp_path).embed_query("x")


def test_a_small_model_of_the_library_embeds_with_its_prompts_and_truncation(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "refund": 1, "invoice": 2, "query": 3}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=8)], prompts={"query": "query "})
    model.save(str(tmp_path / "model"))
    whole = SentenceTransformerEmbedder(tmp_path / "model")
    short = SentenceTransformerEmbedder(tmp_path / "model", dimensions=4)
    assert whole.embed_chunks(["refund", "invoice"]).shape == (2, 8)
    assert short.embed_query("refund").shape == (4,)
    assert np.isclose(np.linalg.norm(short.embed_query("refund")), 1, atol=1e-5)
    assert not np.allclose(whole.embed_query("refund"), whole.embed_chunks(["refund"])[0])  # the query has a prompt
    assert whole.fingerprint != short.fingerprint
