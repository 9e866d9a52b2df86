# ruff: noqa: SIM905  (words are read and extended as prose)
"""Words that names are made of: surnames, characters of given names, titles, first names in Latin letters; and what is no name."""

DOUBLE_SURNAMES = "欧阳|司马|上官|诸葛|慕容|令狐|皇甫|尉迟|公孙|东方|夏侯|司徒|端木|长孙|宇文|轩辕|南宫|西门|独孤|呼延|闻人|澹台|濮阳|太史|申屠|钟离|淳于|百里|东郭"
SURNAMES = (  # by frequency: Ministry of Public Security 2020, then the rarer ones
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董潘袁于余叶蒋杜苏魏程吕丁沈任姚卢傅付钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎闫"
    "薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严赖覃洪武戚莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆"
    "蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戈岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查"
    "麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容仉谯蔡肇敬扈晁芮都普阙浦伏鹿薄邸"
    "雍辜羊阿乌母裘亓修邰赫杭况宿鲜逯隆茹诸战慕危玉银亢嵇湛宾戎茅利居揭尉冶元束檀阴昝智幸奉植衡富尧闭代刑由干斯但印衣信展来勾公呼"
    "郄厍隗逄笪禤占咸钮璩酆邬贲滑荀麴羿汲邴糜弓牧谷宓蓬郗仰暴钭韶蓟籍莘贡扶堵宰郦濮寿郏宦庾暨融訾乜巢蒯竺缑佴冮甯苌么撒仝佘阚揭逯妥豫矫隽银郜单于苻伏帖粘凤僧翦扎皇尼晨楼卞蒯厉郇"
)
GIVEN = (  # characters that given names are made of; function words and counters are left out on purpose
    "行佑翀窈衿堃玚珺璟瑢禺珩旻东丹丽云亮伟佳俊倩健兰兵军冬凤凯刚利勇华博国坤娜娟婷宁宇小岩峰帅帆平建强彬志想慧成敏文斌旭明春晨晶杨杰林柳桂梅楠欢欣波洁洋浩海涛淑燕玉玲珍琳琴瑜瑞璐畅磊秀红艳芝花芳英荣莉莹萍超"
    "辉金鑫阳雪雷霞静颖飞香鹏龙德生克世宝正安伯清靖江武祥庆镇仁学新忠青民哥思义昌良蓉格福庄相树恩纳祖石兴河爷振州罗基剑臣松美笑景心贵才奇传嘉森襄少书康吉卫村廷木贤远引宏孝乐广守章惠洪"
    "星娘绍伦珍湖延法智泉邦曼继素敬力虎权堂定丁治鸿铁启迪圣雄威复寿培登诗郡巴勇川玲至锡仪斐根善耀桥诚仙灵领化彦初桂誉友怀将银莲喜孙楚会升应月雨溪伊昭修雅冰麟赫侠名声郎望禄兆宣梁震贝梦坚园毅"
    "芬佩盛锦亦冲黄晋性济富霞征菲钧微茂炳兹哲铭鹤扬显朗衡恒古厚乾司柱理温蒙诸营汝举宪献勤润密柏语裕业鼎奎居列能阁殿谦便龄竹日岳儒豪烈多佐秉辅甫湘式依茶湾念翠必宜怡彩夏翰增跃炎爵典存逸节网"
    "婷丝遂岗恭苏锋奔碧容轩留卓亨慈卢夷露羽集焕斗弘印绿瑛琪琦琼瑶璇璟琰珊玥珂珏珠玮瑾瑄瑗妍妮娅姝姣姗婉婕婧嫣媛嫦娇娥娴婵菁菊萱蕊蕾薇芸芮茜荷莎萌葵蓓蔓薰芷苒若茵莹竣皓昊昱晖晓晗暄曦晟晔晴智旻昕"
    "立大之子明国家王公山平云中长道永成一晓利儿里峰达武士维秀先尼亚荣君西俊汉帝过民飞阳科见朝凤承胜信仕弟丰红权亮若得万健陵阿超加寺千涛群入泽念云南凯甜满知微悠之亦允予佑俪俞偲元兮其凭函别刘加勉匀协厉叙向听和哈唱喆嘉围圆地坊坡垒基堂堪塘增声夕夙央奎女妤妮姊姿威娆婳媚嫒孜季宙宜密寻将尊尹届岳崎崔州左己已市希幸幼底度建弋当循微忆忱怀怜性怡恋息悉惜愿慎戈战抒抱招拾挺挽捷掷斯方旋旺昀昌昭昱显晏景暖曙望朦末术朵李来枝枚枭柏染柠栎格桃梁梨梵棠森椿楚槿正殊毅比民汇汝沙泊泉洛津洲浅浦海涌涟涯淏淞淮深清渔温湃湄湉溢滋滢漪潘火灏炅炎炘烟烽焓然照煦熹爽片牧猛珂珈球理琛瑾瑟璋瓒甄用男画畅疆皆益盼直真睦砚硕碧磬祉祖祝祺福秦稳竞筝策简籽粤红纤纪纬细织绘绢绣绫罗羲翎老聪肖育胤自舞艾芙芝芯芹芽苏英茜茵茹草荔莞莫菀菱萍葛葡葳蒲蒋蓁蓓蓝蔷蔚薛虎蝉衣西解言计训讯诗诠询诺谣谨豆豹贡贵赋赛超越跃轲辉达运进远述适遇遵邑邱郭鄂里量钢钧铃铨银锁锐镇长门闽阡阮陆陌陵随隆雁雄雍雷霓霜露青静革音颂颐频颖飘骄骊高魏鸢鸥鸾鸿麦麟黛龄"
    "致意图光仲礼爱桢亭廉敦琬霭骞卿钦均澈融彧昂易哲涵淳淼渊源潇澜瀚泓泽沁沛沐汐浩润滔漫灿烁烨煜熙炜炫焱煊燊燃钰铃锐铠锴锋钊铮镕骏骥驰骁鹰鹃鸽雁鸣翔翊翎昶宸宥寅寒宣家宾宗宛安守宽岚峻嵩崇嵘巍川帛平庭延建弛彤彪影彰律征徐循恺悦惟恬悠愉慕憬戎"
    "扬拓捷掌揚攀旗映晋朔朋杏枫柔柯栋桐梓棋楷楠榕槐樱欧歌毓水永江汉沂沅泰洛浚涓淇渝渲漪潮澄炯然熠特玄璋璞瑭甜田皎盈睿祎祯禹禾秋稷程穆童笛筠筱紫纯纲绮维绪缨翼耘胜腾舒航舟舜良艺苑苗茗荃莘菱葆蓝"
    "蕙蕴虹蝶衍裴语诺谊谕豫贞贤赟路轶辰达迅迎连逊通逸道遥邈郁酉重钢铎锟长闯闻阔陶隽雯霄霖霏霆青韬韵韶顺颜颢飒馨驹驿魁鲁麒黎默齐冠冉凌凡凝军农冬初力劲勃勋北千卉南占卫原友双发可史叶吟含启吴周和咏品哲"
    "唯嗣嘉园坚城培堃墨声复夏大天太夫奇奕女好如妙娣媚子孔存孟学宁守实少尔尚尧山岑岱岭峦工巧帝年广庚彭"
)
GIVEN_WORDS = frozenset(  # words that are given names too, so that they weigh little against one: 潘宇航, 邹宏图
    "如意 向前 前进 胜利 红旗 建国 建军 建设 建华 海洋 海燕 海鸥 海棠 宇航 天佑 秋实 国强 光明 光辉 光荣 跃进 解放 爱国 爱民 爱华 卫国 卫东 卫民 国庆 国防 和平 永红 永生 文明 文静 春雷 春天 春风 春晓 "
    "春光 春花 春燕 冬梅 红梅 雪梅 腊梅 丁香 百合 牡丹 芙蓉 玫瑰 茉莉 芍药 秋菊 秋月 明月 朝阳 朝霞 彩霞 彩云 白云 晨光 晨曦 晨露 曙光 阳光 霞光 星光 星辰 星河 银河 北辰 长江 长城 长征 长青 长安 长春 东方 东风 东升 "
    "东海 南风 大海 大勇 大力 大成 江山 江河 山河 青山 青松 青云 青春 少华 英雄 英豪 英杰 俊杰 豪杰 杰出 自强 自立 自力 坚强 勇敢 友谊 友爱 团结 进步 进取 奋进 奋斗 凯旋 凯歌 荣华 荣耀 富贵 富强 富有 满堂 吉祥 吉利 "
    "平安 安康 安宁 安然 康乐 快乐 欢乐 欢喜 开心 开怀 开明 天明 天真 天晴 黎明 清晨 清泉 甘泉 甘露 朝露 白露 立春 立夏 立冬 立秋 谷雨 小满 小雪 小雨 小燕 小草 小雅 大雪 知音 知秋 知行 知足 修远 致远 志远 高远 高飞 宁静 "
    "宁远 思源 思远 思雨 思念 理想 希望 期待 含笑 微笑 欢笑 向阳 迎春 新春 新生 新民 新华 人杰 树人 树林 树森 森林 松林 竹林 丰收 丰年 宏图 宏伟 宏大 宏远 鹏程 鹏飞 万里 万年 千里 千山 千寻 千秋 若愚 若水 如一 如玉 如画 "
    "如歌 似锦 锦绣 锦程 前程 成功 成器 成龙 成才 成林 成长 化龙 得胜 得志 得意 有为 有才 有志 有福 有财 有余 有望 有德 有成 有缘 来福 来喜 来宝 招财 进宝 发财 福气 福星 福田 福全 全福 双喜 喜庆 喜悦 喜乐 乐天 乐观 乐意 乐意 "
    "乐山 孝顺 忠诚 忠厚 忠实 诚实 诚信 守信 守仁 守义 守业 守望 永恒 永远 永久 永昌 永贵 水生 火生 土生 木兰 玉兰 玉树 玉石 玉成 宝石 宝贵 珍珠 珍惜 珊瑚 琥珀 琉璃 玲珑 琳琅 璀璨 翡翠 金山 金鑫 金凤 金龙 金星 金玉 金秋 银花 银杏 "
    "云帆 云海 云霞 云飞 云霄 雨露 雨果 雪松 雪莲 雪花 冰冰 冰心 飞扬 飞翔 飞舞 飞跃 飞雪 飞龙 腾飞 腾达 昂扬 悠扬 悠然 怡然 怡人 欣然 欣喜 欣慰 浩然 浩瀚 浩荡 斐然 蔚然 毅然 泰然 豁达 明朗 明亮 明媚 明哲 明智 明理 明达 清风 清秀 清新 "
    "清雅 清扬 清平 淑女 淑贞 文章 文采 文学 文化 文武 文昌 文凭 武功 武术 学问 学友 学文 书香 书生 书画 诗意 诗文 诗情 琴声 墨香 丹青 乾坤 日月 日新 月明 月亮 星星 晴天 晴朗 晴空 雷鸣 雷霆 霹雳 惊鸿 惊蛰 清明 重阳 端阳 元旦 中华 中秋 "
    "中正 中原 振兴 振华 复兴 兴旺 兴隆 兴盛 兴国 兴邦 兴华 昌盛 昌明 繁荣 繁星 壮志 壮丽 豪迈 豪情 豪爽 潇洒 潇湘 逍遥 自在 自由 洒脱 倾城 倾心 佳人 佳音 佳节 佳丽 美丽 美好 美满 可爱 可心 可人 可欣 温馨 温柔 温暖 温和 甜甜 甜美 甜蜜 "
    "良辰 良好 良才 良民 善良 善美 尚志 尚武 尚德 崇德 崇高 德才 德高 正义 正直 正气 正大 正阳 公正 公平 民主 民生 民权 自明 子规 子弟 嘉宾 嘉禾 嘉许 嘉木 沧海 沧浪 流星 流云 流芳 芬芳 芳菲 芳草 芳华 碧玉 碧波 碧海 红豆 红叶 红日 红霞 红娟 红云 红军 红星 "
    "红艳 紫薇 紫云 紫烟 绿叶 蓝天 白雪 白鸽 白杨 白桦 青青 青莲 青梅 兰花 菊花 梅花 荷花 莲花 桂花 桃花 杏花 梨花 春来 春生 冬生 秋生 夏生 夏天 秋天 冬青 夏荷 秋水 秋高 秋雨 春雨 春梅 春兰 春草 春桃 春柳".split()
)
TITLES = (
    "先生|女士|小姐|爸爸|妈妈|叔(?!叔)|编辑(?=[您你]好|老师|说)|总经理|经理|主管|总监|工程师|师傅|老师|主任|老板|阿姨|叔叔|大哥|大姐|大爷|大妈|医生|律师|教授|同学|队长|科长|处长|部长|店长|组长|会计|秘书|专员|顾问|太太|夫人|姑娘|博士|校长|院长|局长|书记|同志|行长|教练|大夫|护士|医师|药师|技师|站长|所长|厂长|园长|村长|会长|董事|导游|领队|机长|班长|社长|馆长|大嫂|嫂子|助理|出纳|翻译|助教|警官|法官|代表|总裁|主席|领班|督导|教官|辅导员|伯伯|奶奶|爷爷|"
    "总(?![阀闸控是之体共额计价部在会数公算结要而归得有机店线量])|工(?![作单程具厂号行商资序业人艺地期认]|会(?!联系|来|给|跟|和|上门|打))|哥(?!们|伦)|姐(?!妹)|老(?=[，。！？,!?：: \n]|$|说|在|来|帮)|导(?=[，。！？,!?：: \n]|$|电|手机|说|让|带|发)|董(?=[，。！？,!?：: \n]|$|说|让|那|过来|来|的)"
)
NO_NAME = frozenset(  # what reads like surname + given name and is none
    "区号 原卡 籍顾问 尤克里 尤克里里 车尔尼 印成 阿莫西林 毛血旺 国行 地服 代取 张噪 位证 译成 主播 蔡司 尼康 依视路 黄杨木 万豪 全季 师返 都齐 司机端 马赛克 成空 余票 鲁花 胡桃木 银泰城 张一元 白桃 马卡龙 时填 王昭君 孙尚香 柯基 雅诗兰黛 安琪拉 李焕英 车锁 明明 原卡 潘家园 柴达木 定金 位宽 陈皮 普惠 宋城 方特 张江 华帝 安邦 安联 安盛 安井 安琪 安佳 安利 安热沙 安娜苏 安居客 康宝 康恩贝 康泰 雷士 欧普 欧派 欧拉 顾家 慕思 罗莱 罗蒙 梦洁 水星 金牌厨柜 志邦 尚品 史丹利 施耐德 宏碁 华联 华润 华泰 华夏 华安 华住 汤臣 汤达人 金锣 金茂 金地 金蝶 金士力 石埠 卫岗 贝因美 贝壳 飞鹤 君乐宝 章光 胡庆余 白云山 石药 葵花 仁和 柒牌 杉杉 马克华菲 路易 古奇 温碧泉 韩后 高姿 林肯 马自达 别克 吉利 雷诺 江淮 江铃 魏派 方程豹 任天堂 史克威尔 万家乐 万和 万象城 毛豆 永辉 永安 太平洋 徐商 龙湖 盛京 宝骏 宝洁 麦当劳 麦德龙 麦隆 沃尔玛 吴裕泰 王品 杨协成 谭鸭血 吕中 胡桃里 马蜂窝 凌志 应届 乐刻 乐视 乐购 孔夫子旧书网 都行  白玉兰 海康威视 海康 柴犬 祝好 万达 黄桃 凤祥 徐家汇 郑东新区 柯尼卡 兰亭 籍员 夏威夷 季卡 管培生 司仪 康乃馨 郁金香 满天星 钱回 楼栋 牛腩 乐高 申根 豆苗 照发 顾问 孙女 孙子 孙媳 来修 来装 来取 来收 来拿 来搬 来送 方子 白芷 白术 黄芪 党参 连翘 荣幸 康康 阿里 阿里云 爱奇艺 谢哈 单哈 卫浴 马逊 申通 阳澄湖 钱原路 单少发 楼道里 韩国人 张建行 路店 查日志 谢啦 孔乙己 代驾 换人 平安福 车厘子 杜蕾斯 普票 白屏 单慢 全角 半角 祝亲 付完 单靓 雷神 花子 车号 黄钻 绿钻 红钻 蓝钻 全家福 云智家 门厚 查哈 商祺 华睿 西门子 金福 戴尔 荣耀 钱补 车主 包老 公示 那一 那一栏 车龄 应退 应付 门岗 单先发 吉隆坡 那里 李锦记 岳阳 惠东 汤煲 花王 金豆 金樽 吉吉 杨国福 钱大妈 张亮 顾名思义 好的 麻烦加 那我 那天 那就 包名 常温 银行卡 银行 高亮 单元格 高兴 高级 高度 高清 高温 高速 高德 高铁 高端 方便 方式 方案 方法 方向 方面 方正 方块 马上 马桶 马克 马达 白色 白条 白天 白名单 黄色 黄金 黄牛 红色 江苏 江西 江南 江湖 安装 安全 安卓 安排 安静 安心 时间 时候 时长 时效 "
    "温度 温馨 常用 常见 常常 常规 通知 成功 成本 成都 成熟 成员 成交 路由 路线 路径 路由器 明天 明白 明细 明确 明年 明显 明早 周末 周一 周二 周三 周四 周五 周六 周日 周期 周年 周到 周边 周围 周转 任何 任务 任意 和平 万能 万一 万元 "
    "单位 单号 单价 单独 单子 单人 单品 单据 单元 单选 单车 查询 查看 查收 查找 查一下 查过 查到 解决 解释 解绑 解锁 解除 连接 连续 管理 管理员 管家 关于 关系 关闭 关注 关机 关键 严重 严格 简单 简介 简体 全部 全国 全新 全额 全程 "
    "全款 全屏 应该 应用 应付 支付 支持 支付宝 支架 支行 充电 充值 平台 平板 平时 平安 平均 计算 计划 计费 项目 车子 车牌 车辆 车型 车主 房间 房子 房东 季度 季节 文件 文档 文字 文本 文员 文章 门口 门牌 门卫 门店 门票 花园 花费 花钱 "
    "国家 国内 国际 国庆 国产 金额 金币 金牌 金融 石油 石头 水电 水龙头 包裹 包装 包括 包邮 包含 包年 包月 包退 顾客 商品 商家 商城 商务 商量 商用 官方 官网 官微 官旗 来电 来源 来件 经理 经常 向导 向您 别人 别的 于是 由于 那么 那个 那边 "
    "干净 干嘛 都是 都要 信息 信号 信用 信封 展示 展开 居然 居民 居家 普通 普及 代码 代理 代金券 代收 代付 代客 印象 印刷 来回 公司 公众 公寓 公里 公共 公告 银行 银色 银联 英文 原因 原来 原价 原装 原路 区域 区别 区分 区间 海外 海报 海尔 "
    "海信 权限 权益 强制 强烈 云端 云盘 云服务 容易 容量 相关 相同 相机 相片 相信 初始 初次 初级 索引 索取 索赔 广州 盘点 满意 满减 满足 位置 楼下 楼上 楼层 花呗 农村 农行 农业 司机 古典 古代 阳光 阳台 游戏 游客 左边 左右 温和 施工 "
    "祝您 宁波 宁夏 尚未 童装 毕竟 毕业 盛夏 曲线 蓝色 蓝牙 蓝光 华为 华东 华北 华南 喻为 蒲公英 解析 艾特 尤其 农历 吉林 景点 党员 宫廷 费用 费率 卫生 卫生间 卫星 米色 米家 柏林 宗旨 沙发 沙滩 荣耀 荣誉 桑拿 丛书 池塘 麻烦 迟到 封面 "
    "封装 封号 谈话 惠普 惠民 乐意 乐趣 南京 南昌 南宁 南方 班级 储存 储值 储蓄 燕麦 劳动 皮肤 皮质 闻名 厉害 伊利 帅气 豆浆 盖子 盖章 练习 廉价 井盖 祖国 丰富 丰田 丰巢 巴士 狄仁杰 平常 宣传 晋升 门锁 云南 董事 金山 钟表 石家庄 汤圆 "
    "李宁 张小泉 王者 王牌 王府井 马云 金立 方太 安踏 康师傅 老干妈 雷蛇 夏普 华硕 高通 江中 白沙 沈阳 郑州 苏州 苏宁 杭州 徐州 梁山 温州 常州 汉口 宜家 严禁 余额 余下 叶子 程序 程度 吕布 任天堂 史上 龙头 龙虾 陶瓷 毛巾 毛病 毛利 万科 "
    "钱包 钱款 武汉 武器 汪汪 柴油 鲍鱼 项链 麦克风 边框 师傅 师兄 师父 和您 和我 和你 敬请 敬礼 修改 修复 修理 居住 危险 玉米 利息 利用 元旦 智能 智慧 幸福 幸运 富士 富裕 杨梅 林业 何时 何况 何必 谢谢 谢意 许多 许可 许可证 施行 "
    "马达 段落 段子 雷达 黎明 贺卡 郝 武术 莫名 莫非 孔雀 向上 向下 汤 常温 康复 文明 文化 文艺 牛奶 牛仔 安利 易拉罐 易碎 乔迁 颜色 庄重 章节 殷切 申请 申诉 申报 申明 欧元 欧洲 焦虑 焦点 俞 甘肃 祝福 祝愿 包子 符合 符号 舒适 舒服 纪念 "
    "纪录 梅花 童年 凌晨 季节性 霍 成长 苗木 谷歌 盛大 辛苦 管道 管控 房屋 房产 屈臣氏 饶恕 时刻 时段 时速 穆斯林 卓越 缪斯 车间 连带 连锁 戈壁 景色 费劲 冷却 冷静 冷藏 席位 全身 应急 应聘 仇恨 商户 商标 刁难 沙箱 寇 郎 敖 巩固 明星 明码 "
    "明日 池 官司 封闭 匡 鞠躬 郁闷 班车 原始 原理 原厂 燕窝 楚楚 奚落 盘面 满员 位数 厉 海量 海淘 权利 强调 强度 帅哥 朴素 练 禹 井 祖传 漆 丰收 支出 支撑 国标 平稳 平衡 平方 计时 计入 索 相当 相应 相对 相比 相册 初中 初期 门禁 云平台 "
    "容错 容器 普遍 伏特 薄弱 母亲 修正 修订 况且 宿舍 鲜花 鲜艳 隆重 战略 危机 玉器 银子 利率 利润 居中 元素 束缚 阴影 奉献 植物 衡量 但是 印章 衣服 衣柜 信任 信箱 展会 来自 来不及 公安 公开 公式 公平 常熟 同城 小时 小哥 小区 小心 小米 小程序 "
    "周大福 周生生 周大生 周六福 谢瑞麟 江小白 孔夫子 孔子 孟子 王守义 王老吉 王致和 李锦记 李子柒 张裕 陈克明 陈李济 马应龙 林清轩 毛戈平 韩束 徐福记 康师傅 黄鹤楼 白云山 金龙鱼 安慕希 柏翠 甘源 华莱士 老乡鸡 "
    "马可波罗 万宝龙 万宝路 施华洛 古驰 范思哲 夏利 安德玛 史密斯 谭木匠 曹操 曹操出行 孙悟空 花木兰 诸葛亮 关羽 张飞 赵云 刘备 周杰伦 蓝月亮 白象 卫龙 向日葵 和平区 和平路 解放 金典 金士顿 宏碁 康佳 海澜 鸿星尔克 "
    "乔丹 林内 方正 史努比 米老鼠 余额宝 蓝海 黄山 华山 泰山 衡山 庐山 温泉 江浙 苏北 项目部 司法 卜蜂 柯达 宝马 云闪付 云闪 强生 雷克萨斯 路虎 路易 海飞丝 高露洁 高夫 童话 罗技 罗马 易方达 平安银行".split()
)
NAMES_TOO = frozenset(
    "江南 马力 高兴 和平 平安 安静 明月 阳光 白雪 黄金 凌晨 黎明 成功 江山 黄河 高峰 金山 石头 时光 幸福 方正 元旦 国庆 石磊 文静 温馨 建国 海洋 庄严 万里 温柔 白杨 金鑫 安康 路遥 华山 方舟 安然 常青 常乐 康乐 向阳 高洁 高远 高原 林海 云海 雷鸣 江河 白云 白鸽 夏天 夏雨 田野 宁静 安宁 于是 程序 祝福 方向 高歌 金银花 万年青 钱进".split()
)  # words that persons bear
MONTHS = frozenset(("April", "May", "June", "August"))
PERSONAL_BEFORE_SURNAME = frozenset(  # words, places, products that are names when a capitalised word follows
    "Mark Grace Hunter Mason Amber Jordan Austin Madison Troy Victoria Regina Martin Dan Ken Holly Chad Crystal Jay Lance Preston Riley Spencer Warren Ross Perry Nelson Howard Gordon Hugh Norman Mitchell Lewis Blake Dana Kirk Rick "
    "Jake Jackie Bradley Shelby Valentina Cassandra Felix Julian Jon Allen Kerry Rosa Camille Ted Patty Neil Glenn Marvin Garrett Kent Robin Dawn Rob Sherry".split()
)
NO_ENGLISH_NAME = frozenset(
    "Mr Mrs Ms Miss Dr Prof Dear Mx Agent User Customer Client Support System Bot Admin Note Warning Error Info Tip Name Address Phone Email Date Subject Order Re Fwd From To Cc The This That There Here It We You They He She Not Sorry Please Very Easter Christmas Still Just Also So Now "
    "New Trying Getting Having Unable Interested Using Looking Sure Sir Madam Team All Everyone Guys Friend Again Because If When How What Why Where Who Yes No Ok Okay Hi Hello Thanks Thank Monday Tuesday Wednesday Thursday Friday "
    "Saturday Sunday January February March May June July August September October November December English Chinese American British Is Are Was My Your Our Step Example Question Answer Title Summary Description Type Version Status "
    "Call Issue Feature Fix Docs Usage Default Required Optional Returns Parameters Windows Linux Mac Android Chrome Http Https In On At For With And But Or As Glad Happy Good Great Google Apple Microsoft Amazon Settings Account Page "
    "Deliver Ship Send Check Update Open Click Select Enter Go Set Add Use Get Make See Read Run Install Download Contact Number Service Center Price Total Room Building Street City State Country Zip Password Login Username San Santa Can Could Would Should Might Must Will Shall Did Does Do Has Have Had Let It's That's What's Who's Where's There's Here's She's He's Until Since Before After World Folks Community Developers Friends Buddy Dude Bro Mate Boss Buy Cheers Regards Best Sincerely Kind Warm Warmly Yours Many Wishes Cordially Respectfully Buyer Seller Staff Operator Assistant".split()
)
ROLES = frozenset(  # what stands in the place of a name and is none
    "技术支持 骑手 本人 客服 客户 机器人 顾客 用户 访客 买家 卖家 商家 坐席 系统 男 女 未知 匿名 无 是 否 售前 售后 在线 人工 主管 热线 中心 机器 智能 经理 部门 电话 所有人 全体 大家 管理员 顾问 专员 管家 备注 回访 微信 工号 留言 签名 编号 妹妹 小妹 专属 "
    "agent customer user support bot system visitor client unknown none null true false yes no".split()
)
SPEAKING_ROLES = frozenset(  # labels of a dialogue's lines, besides the names of who speaks
    "ops dev banker bank passenger reception receptionist desk caller cust traveller traveler nurse doctor billing rider host agent support customer user client visitor caller shopper guest buyer seller bot system rep representative operator member advisor adviser parent office sales "
    "helpdesk me chatbot assistant tenant patient subscriber technician driver 我 你 他 她 客服 客户 用户 顾客 买家 卖家 商家 员工 机器人 坐席 玩家 学员 学生 家长 "
    "师傅 骑手 司机 住户 业主 会员 访客 专员 顾问 销售 售后 老师 助手 患者".split()
)
HOUSES = frozenset(  # brands that read like persons
    "Stan Smith,Dr Pepper,JP Morgan,Alice Springs,Martin Luther,Uncle Ben,Aunt Jemima,Doc Marten,Michael Kors,Calvin Klein,Ralph Lauren,Tommy Hilfiger,Louis Vuitton,Harley Davidson,Yves Saint,Jack Daniels,Morgan Stanley,Trader Joe,Victoria Secret,Estee Lauder,"
    "Bobbi Brown,Mary Kay,Kate Spade,Tory Burch,Marc Jacobs,Jimmy Choo,Hugo Boss,Christian Dior,Giorgio Armani,Salvatore Ferragamo,Vera Wang,Jo Malone,Elizabeth Arden,"
    "Helena Rubinstein,Johnson Johnson,Ben Jerry,Procter Gamble,Marks Spencer,Paul Smith,Paul Frank,Ted Baker,Karl Lagerfeld,Charlotte Tilbury,Aston Martin,Alfa Romeo,Rolls Royce,Baskin Robbins,Papa John,Johnnie Walker,"
    "Jim Beam,Ben Sherman,Fred Perry,Tim Hortons,Dolce Gabbana,Miu Miu,Roger Vivier,Daniel Wellington,Philip Morris,Raspberry Pi,Charles Schwab,Les Mills,Tom Ford,John Lewis,John Deere,Sherwin Williams,Harry Potter,Jane Eyre,Oliver Twist,Sherlock Holmes,Mickey Mouse,Eddie Bauer,Ethan Allen,Laura Ashley,Vivienne Westwood,Stella Artois,Jose Cuervo,Ernst Young,Merrill Lynch,Edward Jones,Fannie Mae,Freddie Mac,Sallie Mae,Albert Heijn,Wells Fargo,Hewlett Packard".split(
        ","
    )
)
SHOPS = frozenset(
    "Wendy Levi Macy Denny Carl Arby Sam Mike John Joe Dick Kohl Trader Victoria Domino Sally Claire Chili Kiehl Lay".split()
)
PERSON_CUES = frozenset(  # words before a person's name
    "colleague coworker wife husband son daughter brother sister mother father mom mum dad kid friend boss supervisor landlord landlady neighbor neighbour "
    "roommate flatmate housemate teammate partner fiance fiancee girlfriend boyfriend nephew niece uncle aunt auntie cousin grandma grandpa grandmother grandfather "
    "accountant lawyer secretary receptionist technician registrant applicant payee beneficiary intern spouse signatory guarantor cardholder mentor mentee "
    "names".split()
)
MET_CUES = frozenset("said says met saw emailed texted phoned hired thank thanked".split())
MAYBE_CUES = frozenset(  # words before a name or anything else
    "invite asked ask tell told contact from by with w/ to manager director owner engineer assistant want wants let agent rep representative advisor adviser driver courier nurse "
    "teacher doctor user client customer member holder hire starter employee candidate seller buyer tenant guest patient mailbox".split()
)
NAME_CUES = {  # the word before a name -> how doubtful it is that a name follows, 0 to 2
    **dict.fromkeys(PERSON_CUES, 0), **dict.fromkeys(MET_CUES, 1), **dict.fromkeys(MAYBE_CUES, 2),
}  # fmt: skip
VOCATIVES = frozenset(  # before a name with which somebody is addressed
    "you thanks thx sorry ok okay sure yes no yep morning afternoon evening please right welcome hi hello hey dear there again".split()
)
QUOTING = frozenset("says reads shows signed named called written name as".split())
HAN_CUES = frozenset(
    "让我找 让 找 问 我是 叫 谢谢 感谢 好的 收到 您好 你好 这边是 这里是 经理 主管 抄送 转给 对接人".split()
)
