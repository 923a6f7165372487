"""Every word that a participant reads, by language."""

from __future__ import annotations

from collections.abc import Mapping

from musivid.studies.questions import Language

__all__ = ["LANGUAGES", "TEXTS"]

LANGUAGES: Mapping[Language, str] = {"en": "English", "zh": "中文"}

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "consent": {"en": "Before you begin", "zh": "开始之前"},
    "about_you": {"en": "About you", "zh": "关于您"},
    "role": {"en": "Your training in music", "zh": "您的音乐训练"},
    "role_none": {"en": "none", "zh": "没有"},
    "role_amateur": {"en": "some, as an amateur", "zh": "有一些（业余）"},
    "role_professional": {"en": "systematic, professional", "zh": "系统训练（专业）"},
    "age": {"en": "Your age", "zh": "您的年龄"},
    "headphones": {"en": "Do you wear headphones?", "zh": "您戴着耳机吗？"},
    "yes": {"en": "yes", "zh": "是"},
    "no": {"en": "no", "zh": "否"},
    "not_said": {"en": "I would rather not say", "zh": "不愿透露"},
    "agree": {"en": "I have read this, and I agree.", "zh": "我已阅读并同意。"},
    "begin": {"en": "Begin", "zh": "开始"},
    "withdraw": {"en": "Withdraw, and delete my answers", "zh": "退出并删除我的回答"},
    "withdraw_sure": {
        "en": "All your answers will be deleted. This cannot be undone.",
        "zh": "您的所有回答都将被删除，且无法恢复。",
    },
    "withdrawn": {"en": "Your answers were deleted.", "zh": "您的回答已删除。"},
    "sound_check": {"en": "Can you hear well?", "zh": "您听得清楚吗？"},
    "sound_how": {
        "en": "Set your volume so that the tones are pleasant. Then count the tones on each side.",
        "zh": "请调节音量，使提示音听起来舒适，然后数一数每一侧的音的个数。",
    },
    "sound_play": {"en": "Play the tones", "zh": "播放提示音"},
    "sound_left": {"en": "Tones on the left", "zh": "左侧的音"},
    "sound_right": {"en": "Tones on the right", "zh": "右侧的音"},
    "sound_wrong": {
        "en": "Not quite. Put on headphones, left on left, and listen again.",
        "zh": "不太对。请戴好耳机，注意左右，再听一次。",
    },
    "picture_check": {"en": "Can you see well?", "zh": "您看得清楚吗？"},
    "picture_how": {
        "en": "Count the rings, on the dark side and on the light one together.",
        "zh": "请数一数暗处和亮处一共有几个圆环。",
    },
    "picture_count": {"en": "Rings", "zh": "圆环"},
    "picture_wrong": {
        "en": "Not quite. Make the screen brighter, or turn it, and count again.",
        "zh": "不太对。请调亮屏幕或转动角度，再数一次。",
    },
    "picture_slow": {
        "en": "This device shows pictures slowly now. Close other programs, if you can.",
        "zh": "此设备目前显示画面较慢。如有可能，请关闭其他程序。",
    },
    "reference": {"en": "Reference", "zh": "参考"},
    "preview": {
        "en": "A preview: nothing that you answer here is kept.",
        "zh": "预览：此处的回答不会被保存。",
    },
    "next": {"en": "Next", "zh": "下一个"},
    "send": {"en": "Send", "zh": "发送"},
    "training": {"en": "For practice: this one does not count.", "zh": "练习：这一题不计入结果。"},
    "progress": {"en": "How far you are", "zh": "进度"},
    "trial": {"en": "{at} of {all}", "zh": "第 {at} 题，共 {all} 题"},
    "loading": {"en": "Loading film and music …", "zh": "正在载入影片和音乐……"},
    "play": {"en": "Play", "zh": "播放"},
    "pause": {"en": "Pause", "zh": "暂停"},
    "music": {"en": "Music {n}", "zh": "音乐 {n}"},
    "picture": {"en": "Film {n}", "zh": "影片 {n}"},
    "picture_left": {"en": "Film 1", "zh": "影片 1"},
    "picture_right": {"en": "Film 2", "zh": "影片 2"},
    "picture_which": {"en": "Which film fits the music better?", "zh": "哪部影片更适合音乐？"},
    "picture_first": {
        "en": "See each film to its end, then answer.",
        "zh": "请先把每部影片看完，再作答。",
    },
    "bring": {"en": "Bring a clip", "zh": "添加一段视频"},
    "bring_how": {
        "en": "A film of yours of at most a minute. Say what its music should be like; what you"
        " leave open is chosen for you. Then music is written for it several times.",
        "zh": "您自己的影片，不超过一分钟。请说明想要的音乐；未填的由系统决定。"
        "随后会为它生成多段音乐。",
    },
    "bring_failed": {
        "en": "The clip could not be sent. Please try again.",
        "zh": "视频未能发送，请再试一次。",
    },
    "clip": {"en": "Your clip", "zh": "您的视频"},
    "bpm": {"en": "Tempo, in beats per minute", "zh": "速度（每分钟拍数）"},
    "mood": {"en": "Mood", "zh": "情绪"},
    "mood_happy": {"en": "happy, excited", "zh": "快乐、兴奋"},
    "mood_angry": {"en": "angry, afraid", "zh": "愤怒、恐惧"},
    "mood_sad": {"en": "sad, gloomy", "zh": "悲伤、忧郁"},
    "mood_calm": {"en": "content, hopeful", "zh": "满足、希望"},
    "genre": {"en": "Genre", "zh": "流派"},
    "threshold": {
        "en": "Rhythm threshold, 0 to 1: weaker visual beats are not heeded",
        "zh": "节奏阈值（0 到 1）：更弱的视觉节拍不计",
    },
    "left_open": {"en": "left open", "zh": "不指定"},
    "share": {
        "en": "Other participants may see this clip with its music.",
        "zh": "允许其他参与者观看此视频及其音乐。",
    },
    "write": {"en": "Write the music", "zh": "生成音乐"},
    "writing": {"en": "Music is being written for your clip", "zh": "正在为您的视频生成音乐"},
    "writing_how": {
        "en": "This takes a minute or more. The page goes on by itself.",
        "zh": "需要一分钟以上，页面会自动继续。",
    },
    "ahead": {"en": "{n} clips are before yours.", "zh": "前面还有 {n} 段视频。"},
    "hear_first": {
        "en": "Hear each music to its end, then answer.",
        "zh": "请先把每段音乐听完，再作答。",
    },
    "instructed": {
        "en": "To show that you read this, please choose: {answer}",
        "zh": "为确认您在认真阅读，请选择：{answer}",
    },
    "which": {"en": "Which music fits the film better?", "zh": "哪段音乐更适合影片？"},
    "left": {"en": "Music 1", "zh": "音乐 1"},
    "right": {"en": "Music 2", "zh": "音乐 2"},
    "both": {"en": "Both alike", "zh": "两者一样好"},
    "neither": {"en": "Neither", "zh": "都不合适"},
    "shortcuts": {
        "en": "Space plays and pauses, 1 to 9 switch, the arrows go back and forth.",
        "zh": "空格键播放或暂停，数字键 1 到 9 切换，方向键前后移动。",
    },
    "end": {"en": "Thank you", "zh": "感谢您的参与"},
    "comment": {"en": "Anything that you would like to say?", "zh": "您还有什么想说的吗？"},
    "finish": {"en": "Finish", "zh": "完成"},
    "code": {"en": "Your code", "zh": "您的代码"},
    "continue": {"en": "Go on", "zh": "继续"},
    "lost": {"en": "There is no such page.", "zh": "没有这个页面。"},
    "again": {
        "en": "The answer could not be sent. It is kept here; please try again.",
        "zh": "回答未能发送，已保留在此页面，请再试一次。",
    },
    "media_failed": {
        "en": "Film or music could not be loaded. Please reload the page.",
        "zh": "影片或音乐无法载入，请重新加载页面。",
    },
    "back_later": {
        "en": "You can close this page and go on later with its address.",
        "zh": "您可以关闭此页面，以后用同一网址继续。",
    },
}
