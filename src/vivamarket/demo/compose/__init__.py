"""Composes the demo's product pictures from 3D emoji renders: a small photo studio.

Run ``python -m vivamarket.demo.compose <assets>`` with the ``assets`` folder of the npm package
``@lobehub/fluent-emoji-3d`` (MIT); it rewrites ``demo/pictures``. The pictures are committed, so a shop needs
neither the package nor this program. Not imported by anything else.
"""
