"""The reference pages as Markdown, whatever the specs say."""
