"""Search on local disk with tantivy: one writing process, any number of reading ones.

On disk: ``<folder>/CURRENT`` names the generation that answers; ``<folder>/<generation>/`` is one
tantivy index with its ``layout.json``. A commit keeps the feed position in a document of its own, so
position and content are one atomic step. Readers notice commits and switches by two file stats.
"""

from vivamarket.adapters.tantivy.layout import IndexLayout
from vivamarket.adapters.tantivy.reader import TantivySearchReader
from vivamarket.adapters.tantivy.writer import TantivySearchWriter

__all__ = ["IndexLayout", "TantivySearchReader", "TantivySearchWriter"]
